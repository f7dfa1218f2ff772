"""What is said of a program, and the adapter that is written for it."""
