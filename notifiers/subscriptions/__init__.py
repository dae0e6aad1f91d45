"""Residents who ask to be told: their addresses sealed, their names never asked."""
