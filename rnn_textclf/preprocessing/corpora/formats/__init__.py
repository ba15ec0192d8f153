"""Rows of labelled text out of files in each format."""
