"""The same for programs: JSON under ``/api/v1``."""
