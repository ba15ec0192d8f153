"""Entities: names, places, numbers and attributes of people that `--swap_entities` exchanges in training."""
