"""CAP 1.2: writing, signing, reading and judging messages."""
