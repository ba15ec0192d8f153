"""Sizes that a program and the table must agree on."""

PREFIXES = (10, 300)  # Words read before the one more that is timed.
