"""Pretraining on other text."""
