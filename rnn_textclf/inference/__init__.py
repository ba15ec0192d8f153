"""Floor 4: what a trained run is good for."""
