"""Rosters as people bring them in at a door: one file, one proposal, and the way back."""
