"""Article 11: may this person handle this now, and why.

Facts select records and count periods and never judge; policies judge. A decision is a value with its reasons.
"""
