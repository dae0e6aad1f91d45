"""What proves who somebody of the staff is: passwords, codes of a phone, and how often one may try."""
