"""What is kept of people, for how long, and how it goes: erasure by two, and slips of secret content sealed away by one."""
