"""What the assistant can do when asked: one file a capability, returning replies and effects, writing nothing."""
