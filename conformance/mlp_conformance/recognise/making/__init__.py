"""How a network is made: classes, functions, layers put together, the statements of a script."""
