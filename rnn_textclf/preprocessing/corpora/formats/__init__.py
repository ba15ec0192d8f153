"""File formats: from bytes to lines, records and labelled examples."""
