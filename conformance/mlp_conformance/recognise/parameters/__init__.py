"""Where a network's parameters stand, and how they are set and read."""
