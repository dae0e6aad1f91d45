"""Floods in the laboratory: replays and synthetic events through the real path."""
