"""The suite as tests: `pytest --pyargs mlp_conformance.suite --mlp IMPLEMENTATION`."""
