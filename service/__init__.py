"""Sekisho: may this person handle this information, and by what law."""
