"""Tables that are scored and written back with label and probabilities."""
