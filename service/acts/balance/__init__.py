"""Opening balances: spreadsheets of clearances, lists, designations, contracts and documents, each file one act of two people."""
