"""Floor 2, ids -> logits: TensorFlow operations only; no session, no files, no flags."""
