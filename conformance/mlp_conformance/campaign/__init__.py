"""Campaigns: any number of networks, spread over strata, each number judged against its own bound, and nothing lost.

From the bottom up: `strata` (what is covered) and `drawing` (one network from a seed and a number) say what case number n
is; `judging` says what an implementation makes of it; `room` keeps an implementation in a process of its own; `plan` fixes
what is asked of whom, `tally` what a chunk of cases amounts to, `store` keeps chunks; `local` and `cluster` run them;
`conduct` is the campaign itself; `summary`, `failures` and `page` say what it found.
"""
