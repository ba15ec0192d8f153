"""The facts about the served model that clients are told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_textclf.inference.serving.http.limits import MAX_TEXTS
from rnn_textclf.inference.serving.served_model import ServedModel
from rnn_textclf.runs.folder.run_folder import RunFolder, read_json

NAME = "rnn_textclf"  # In the paths of TensorFlow Serving's interface.

# Sentences whose score turns on the way; a run on a user's own text gets those of everyday life whose words it knows.
_MOVIES = (
    "it was the worst movie i have ever seen",
    "a slow start, but what a moving and beautifully acted film",
    "the cast is wonderful, the script is dull and the jokes fall flat",
    "not bad at all: funny, sharp and never boring",
)
_GENERAL = (
    "the match was called off because of heavy rain",
    "she baked bread for the whole team after the game",
    "a cold wind from the north and snow by the evening",
    "thank you, the answer came quickly and it works",
)


def describe(model: ServedModel, runs: Sequence[Path]) -> dict[str, Any]:
    """The JSON of `/v1/model`.

    Args:
      model: that is served.
      runs: its run folders. Their names are told, their places are not.
    """
    shape, data = model.config.model, model.config.data
    return {
        "name": " + ".join(run.resolve().name for run in runs),
        "step": _step(model),
        "classes": list(model.labels),
        "multi_label": model.config.corpus.multi_label,
        "num_models": len(model.models),
        "rnn_unit": shape.rnn_unit,
        "num_layers": shape.num_layers,
        "num_hidden_units": shape.num_hidden_units,
        "embedding_size": shape.embedding_size,
        "bidirectional": shape.bidirectional,
        "vocab_size": model.vocabulary.num_words,
        "max_length": data.max_length,
        "max_texts": MAX_TEXTS,
        "examples": [text for text in (_GENERAL if data.train_file else _MOVIES) if _is_known(model, text)],
        "test": _test(runs),
    }


def _is_known(model: ServedModel, text: str) -> bool:
    """Whether a model knows half of a text's words: one of another language does not."""
    words = model.tokenizer(text)
    return 2 * sum(map(model.knows, words)) >= len(words)


def serving_status(model: ServedModel) -> dict[str, Any]:
    """The JSON of TensorFlow Serving's `GetModelStatus`; the version is the training step."""
    version = {
        "version": str(_step(model)),
        "state": "AVAILABLE",
        "status": {"error_code": "OK", "error_message": ""},
    }
    return {"model_version_status": [version]}


def _step(model: ServedModel) -> int:
    """Training steps behind the weights; of several runs, of the first."""
    return int(str(model.checkpoint).rpartition("-")[2])


def _test(runs: Sequence[Path]) -> dict[str, Any] | None:
    """Accuracy on the test rows; of several runs together nobody has measured it."""
    path = RunFolder(runs[0]).test_metrics_path if len(runs) == 1 else None
    if path is None or not path.is_file():
        return None
    metrics = read_json(path)
    found = {"accuracy": metrics.get("test_accuracy"), "rows": metrics.get("test_rows")}
    return None if None in found.values() else found
