"""What `floodbell doctor` looks at. Nothing in here changes anything."""
