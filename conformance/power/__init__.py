"""Measures the suite on itself: which check kills which fault, which mutants survive, how often the diagnosis is right.

`python -m power.kill`, `python -m power.mutate` and `python -m power.diagnose` measure and record (tox: kill-matrix,
mutants, diagnosis); `python -m power.page` writes docs/power.md and docs/power.svg from the three records.
"""
