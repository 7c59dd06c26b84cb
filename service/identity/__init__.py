"""Who is asking: applications and the keys they ask with."""
