"""Single models behind a run folder."""

from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_folder import RunFolder


def single_models(folder: RunFolder) -> list[RunFolder]:
    """Run folders of one model each: the run itself, or the members of its ensemble.

    Raises:
      UserError: there is no run, an ensemble lacks a member, or the run is a cross-validation, whose folds
        have no model in common.
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
