"""Official letters and lists, to be looked at and printed."""
