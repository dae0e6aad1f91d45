"""The ledger: what was said, to whom it goes, and what became of it."""
