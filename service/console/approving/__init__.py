"""Job three: what waits for a second person, and deciding it."""
