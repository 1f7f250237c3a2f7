"""How shipped numbers were made: not part of the installed package."""
