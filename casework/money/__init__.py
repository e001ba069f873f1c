"""Money for learning: what schemes there are, who they look like being for, and the way through an application."""
