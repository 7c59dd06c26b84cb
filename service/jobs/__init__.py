"""Timed and bulk doors: what runs without somebody waiting for an answer."""
