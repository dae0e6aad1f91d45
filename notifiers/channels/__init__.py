"""Ways to reach somebody, one adapter each."""
