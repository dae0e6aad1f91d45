"""Warnings as feeds that other programs follow: Atom and RSS."""
