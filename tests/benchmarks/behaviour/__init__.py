"""Behavioural suite in the manner of CheckList (Ribeiro et al. 2020): capabilities, each tested on cases of its own."""
