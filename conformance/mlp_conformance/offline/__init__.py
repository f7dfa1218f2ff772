"""Judging without a conversation: every request is written to a file, and the answers are judged whenever they come.

Requests that a run sends are drawn from its seed, so all but a few are known before any answer is. Those few depend on
earlier answers; they are written in a further round. The file format is normative: `spec/protocol.md`, Offline.
"""
