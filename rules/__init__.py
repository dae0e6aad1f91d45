"""What it means: signals, formulas and conditions. Pure: no IO and no clock."""
