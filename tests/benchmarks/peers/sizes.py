"""Sizes that a program and the table must agree on."""

PREFIXES = (10, 300)  # Words read before the one more that is timed.
CONNECTIONS = 32  # That ask a server at a time.
