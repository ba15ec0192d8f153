"""One program each, ours and theirs: a module prepares, then answers each request with one measurement."""
