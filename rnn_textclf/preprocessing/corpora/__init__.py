"""Where labelled sentences come from: the Cornell corpus, and a user's own files in the formats that people have."""
