"""Pages and API, beside the worker."""
