"""Kills at every step, in seeded interleavings: nothing acknowledged is lost, and nothing is done twice."""
