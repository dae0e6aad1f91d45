"""How the tables of a ledger, its desk and its audit came to be, one revision after the other."""
