"""The schema's history, one dated change a file."""
