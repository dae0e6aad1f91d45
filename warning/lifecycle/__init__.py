"""The life of a warning: the only writer of what is said."""
