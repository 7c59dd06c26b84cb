"""Tools that write pages of the documents from the code."""
