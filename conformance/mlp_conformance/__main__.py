"""`python -m mlp_conformance` is `mlp-conformance`."""

from mlp_conformance.cli import main

if __name__ == "__main__":
    main()
