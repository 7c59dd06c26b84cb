"""The two advisory locks of a log. Their order is fixed: the act lock first, the writer's lock last."""

ACT_LOCK = 0x5E_4B_15_01
"""Held by an act from its first read to its end: the acts of a log are serial."""

WRITER_LOCK = 0x5E_4B_15_02
"""Held exclusively by acts and by writers after a miss, shared by optimistic batches within their one statement."""
