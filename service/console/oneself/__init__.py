"""My page: one's own state, tasks and rights."""
