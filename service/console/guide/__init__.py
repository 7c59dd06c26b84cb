"""The guide: first days, and the law page by page."""
