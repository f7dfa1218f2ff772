"""What a program's numbers may mean: readings, and what they are compared with."""
