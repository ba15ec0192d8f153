"""HTTP around the model: refusals, limits, security, metrics and the OpenAPI description."""
