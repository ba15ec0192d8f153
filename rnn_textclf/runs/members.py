"""The models behind a run folder: the run itself, or the members of its ensemble."""

from rnn_textclf.errors import UserError
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.run_folder import RunFolder


def single_models(folder: RunFolder) -> list[RunFolder]:
    """The run folders of one model each that answer for a run.

    Raises:
      UserError: there is no run, an ensemble lacks a member, or the run is a cross-validation, whose folds
        each know other rows.
    """
    config = folder.read_config()
    if config.data.folds:
        one = folder.fold(1).path
        raise UserError(f"{folder.path}: holds the folds of a cross-validation; name one of them, such as {one}")
    if config.train.ensemble == 1:
        return [folder]
    members = [folder.member(number) for number in range(1, config.train.ensemble + 1)]
    for member in members:
        if not member.exists():
            raise UserError(f"{member.path}: no run here; let train.py --ckpt_dir={folder.path} finish the ensemble")
    return members


def best_steps(folder: RunFolder) -> list[int]:
    """The steps of the best checkpoints of a run's models; 0 for one without any."""
    return [max(checkpoint_steps(model.best), default=0) for model in single_models(folder)]
