"""Floor 3: sessions and files. Training, evaluation, checkpoints and the folder that holds a run."""
