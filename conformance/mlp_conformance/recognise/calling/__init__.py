"""Which calls a program offers, with which arguments, and where its output is then."""
