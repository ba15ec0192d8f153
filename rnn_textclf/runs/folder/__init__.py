"""Run folder: its files, their checksums, its lock."""
