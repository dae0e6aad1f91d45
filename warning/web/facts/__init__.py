"""What the pages and the interface tell, without words."""
