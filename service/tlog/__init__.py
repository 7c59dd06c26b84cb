"""Transparency logs as others know them: the tree of RFC 6962, signed notes and checkpoints of C2SP, digests of RFC 9901.

Pure: it knows no database, no clock and no other room, and needs the standard library and `cryptography` alone, for what
stands here runs on the machines of auditors and witnesses too.
"""
