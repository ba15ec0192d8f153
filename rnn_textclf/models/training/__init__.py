"""Losses and updates: what training adds to a model."""
