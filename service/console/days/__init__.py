"""Deadlines as list, month and fiscal year, notices and the daily sheet."""
