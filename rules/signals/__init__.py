"""Signals: arithmetic over the readings of one series, apart from all decisions."""
