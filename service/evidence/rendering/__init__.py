"""Rendering: what people and programs read, as bytes that follow from entries and disclosures alone.

It imports the standard library and `service.tlog`, for a verifier on an auditor's machine runs it again and compares. Nothing is
looked up, opened or judged here: whoever calls says of each digest what may be known. Start at `rows` and `formats`.
"""
