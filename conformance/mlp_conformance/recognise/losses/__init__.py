"""Which loss a program descends, which it reports, and what a penalty adds."""
