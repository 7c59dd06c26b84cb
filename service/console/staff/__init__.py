"""Job one: people, their clearances, and what HR records of them."""
