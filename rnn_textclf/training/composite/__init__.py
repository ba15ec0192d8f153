"""Runs made of runs: cross-validations and ensembles."""
