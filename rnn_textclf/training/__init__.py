"""Floor 5: training jobs, from the options to the report."""
