"""The gate of continuous integration: expected failures with their reasons, and what changed between two reports."""
