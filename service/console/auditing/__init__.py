"""Job four: the ledger, its verification, and questions to it."""
