"""Floor 5, beside training: scores text with a trained run, evaluates labelled files, exports the model."""
