"""Follow-up: plans as data, who is due when and why, and what came of every planned contact."""
