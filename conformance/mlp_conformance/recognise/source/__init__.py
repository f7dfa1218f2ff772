"""What a program's text says: its definitions, and what is left out, rewritten or taken from elsewhere."""
