"""Memory that a model needs, and what is at hand."""
