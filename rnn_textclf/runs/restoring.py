"""Restoring: the single models behind a run folder, and the best weights of one in the default graph."""

from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.run_folder import RunFolder


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


def best_steps(folder: RunFolder) -> list[int]:
    """Steps of the best checkpoints of a run's models; 0 for one without any."""
    return [max(checkpoint_steps(model.best), default=0) for model in single_models(folder)]


def restore_best(folder: RunFolder, session: Any, ids: Any = None, cache_projections: bool = False) -> TextClassifier:
    """Builds the run's classifier for inference, at its temperature, and restores its best weights.

    Args:
      folder: the run.
      session: of the default graph; afterwards all variables of the classifier have values in it.
      ids: int32 `[B, T]`, see `TextClassifier`.
      cache_projections: see `TextClassifier`.

    Raises:
      UserError: the folder holds no run, or its files are damaged or not of one run.
    """
    config, vocabulary, labels = folder.read_config(), folder.read_vocabulary(), folder.read_labels()
    if not folder.best.is_dir():
        raise UserError(f"{folder.best}: no checkpoint yet; let train.py finish an epoch first")
    steps = checkpoint_steps(folder.best)
    temperature = read_temperature(folder, steps[-1]) if steps else 1.0
    classifier = TextClassifier(
        config.model, vocabulary, len(labels), temperature=temperature, ids=ids, cache_projections=cache_projections
    )
    session.run(classifier.global_step.initializer)  # Not in the checkpoint of weights alone.
    Checkpoints(folder.best, classifier.weights).restore(session)
    return classifier
