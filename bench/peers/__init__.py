"""The same work done with other people's tools."""
