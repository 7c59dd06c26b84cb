"""Small worlds for tests, one file per room, each made through the rooms' own operations."""
