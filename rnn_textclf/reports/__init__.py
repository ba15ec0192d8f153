"""Floor 4: tables, plots and HTML of results."""
