"""What everybody may read, and where residents sign up."""
