"""Pages of acts: the form of an act, what it would record, and what came of it."""
