"""First weights: word vectors, pretrained runs, log-count ratios."""
