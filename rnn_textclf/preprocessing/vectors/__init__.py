"""Word vectors in the formats that people have."""
