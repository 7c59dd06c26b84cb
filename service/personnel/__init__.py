"""People, names, organizations, units, posts and aliases; this room knows no law."""
