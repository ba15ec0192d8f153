"""Command line: flags from options, rules between them, checks before TensorFlow loads."""
