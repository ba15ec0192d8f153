"""Forms in which a run leaves the package: SavedModel, word vectors, compact run folder."""
