"""Restoring: the best weights of a run in the default graph."""

from pathlib import Path
from typing import Any

from rnn_textclf.config import ModelConfig
from rnn_textclf.errors import UserError
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps, read_last
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.single_models import single_models


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
    step = check_sizes(folder.best, config.model, len(vocabulary), len(labels))
    temperature = read_temperature(folder, step)
    classifier = TextClassifier(
        config.model, vocabulary, len(labels), temperature=temperature, ids=ids, cache_projections=cache_projections
    )
    session.run(classifier.global_step.initializer)  # Not in the checkpoint of weights alone.
    restored = Checkpoints(folder.best, classifier.weights).restore(session)
    if restored != step and read_temperature(folder, restored) != temperature:
        raise UserError(f"{folder.path}: another process trained in it meanwhile; run the command again")
    return classifier


def check_sizes(checkpoints: Path, model: ModelConfig, num_words: int, num_classes: int) -> int:
    """Compares the sizes that a model asks for with those of the last checkpoint, before anything is built.

    Args:
      checkpoints: the folder of the checkpoint.
      model: the configuration.
      num_words: size of the vocabulary, V.
      num_classes: C.

    Returns:
      The step of the checkpoint.

    Raises:
      UserError: the model could never fit the checkpoint.
    """
    step, stored = read_last(checkpoints, lambda reader: reader)
    largest = max((size for shape in stored.shapes.values() for size in shape), default=0)
    asked = {
        "num_layers": (model.num_layers, len(stored.shapes)),
        "num_hidden_units": (model.num_hidden_units, largest),
        "embedding_size": (model.embedding_size, largest),
    }
    for name, (wanted, most) in asked.items():
        if wanted > most:
            raise UserError(
                f"{stored.path}: holds no weights for {wanted:,} {name}, which config.json asks for; these files are "
                "not of one run"
            )
    rows = {"embedding": num_words, "output_bias": num_classes, "pair_scores": model.pair_buckets + 1}
    for name, length in rows.items():
        if (shape := stored.shapes.get(name)) and shape[0] != length:
            raise UserError(
                f"{stored.path}: {name} has shape {shape}, but config.json, vocab.txt and labels.txt ask for "
                f"{length:,} rows; these files are not of one run"
            )
    return step
