"""What the options of `train.py` must not say together, beside what each configuration checks itself."""

from rnn_textclf.jobs import TrainingJob


def contradiction(job: TrainingJob) -> str | None:
    """What is wrong with the options that were given together, or None."""
    if not job.data.folds:
        return "--parallel_folds needs --folds" if "parallel_folds" in job.given else None
    if "test_fraction" in job.given:
        return f"--folds and --test_fraction exclude each other: each fold is tested on 1/{job.data.folds} of the rows"
    return None
