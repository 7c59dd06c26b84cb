"""Evidence: verifies the log, judges its decisions again, and exports it.

A reader of other rooms alone; the one thing that it writes is that it was asked to export.
"""
