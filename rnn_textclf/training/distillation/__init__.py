"""Soft targets from teachers."""
