"""Cleaning and look-up inside the graph, for export."""
