"""Where young people mean to go, what they applied for, and what came of it."""
