"""How a program trains: the calls that take steps, and what explains these."""
