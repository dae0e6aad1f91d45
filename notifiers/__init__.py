"""Who is told, and how: texts, CAP, the ledger and the channels."""
