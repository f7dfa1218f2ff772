"""Worked examples: every step of forward pass, loss, deltas, gradients and update, each formula with its numbers put in."""
