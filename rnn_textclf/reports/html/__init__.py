"""HTML: pages of texts and of reports, words in notebooks."""
