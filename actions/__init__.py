"""What the assistant can do when the bot asks: one file a capability, returning replies and effects, writing nothing."""
