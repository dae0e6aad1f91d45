"""Killing every part of the service in the middle of a flood: ``make faults``, docs/explanation/faults.md."""
