"""Flag file of a setting: the flags that the user gave and those that were tuned, a line each."""

from typing import Any

from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import all_options

_SECTIONS = ("model", "train", "data", "pretrain")


def flag_file(job: TrainingJob, comment: str) -> str:
    """The given flags of a job as lines of a flag file, under a comment."""
    lines = [_line(name, value) for name, value in fixed_flags(job).items()]
    return "".join(f"{line}\n" for line in (f"# {comment}", *lines))


def fixed_flags(job: TrainingJob) -> dict[str, Any]:
    """The given flags that decide what is trained, with their values.

    Without the weight of a loss on prefixes, which a bidirectional network cannot have.
    """
    found = {}
    for section in _SECTIONS:
        for option, value in all_options(getattr(job, section)):
            implied = option.name == "prefix_loss_weight" and job.model.bidirectional
            if option.name in job.given and value is not None and not implied:
                found[option.name] = value
    return found


def _line(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no{name}"
    return f"--{name}={value}"
