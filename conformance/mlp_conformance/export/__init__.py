"""The fixtures for programs that no harness can ask: as a C header, CSV, NPZ, a JavaScript module or an R file."""
