"""A witness: whoever audits a log runs it on a machine of their own, and it says that the log has only ever grown.

It speaks C2SP tlog-witness and keeps, for each log that it was told of, the newest checkpoint that it cosigned. It knows
nothing of the service but the formats of `service.tlog`, and needs the standard library and `cryptography` alone.
"""
