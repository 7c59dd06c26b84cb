"""Home: what is to be done today, by role."""
