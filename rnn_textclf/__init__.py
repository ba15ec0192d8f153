"""Recurrent text classifiers in TensorFlow's graph mode: train them, restore them, watch the score move.

`from rnn_textclf import Predictor` scores text with a trained run, `from rnn_textclf import RNNTextClassifier` is the
training as a scikit-learn estimator; TensorFlow loads only when they need it.

Axis letters used in every docstring of this package:

  B  batch: sentences in a step
  T  time: words, padded to the longest sentence of the batch
  E  embedding width
  H  hidden units of a layer
  L  layers
  G  gates of a recurrent unit (1 for rnn, 3 for gru, 4 for lstm)
  C  classes
  V  vocabulary, padding and the unknown word included
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnn_textclf.estimator.classifier import RNNTextClassifier
    from rnn_textclf.inference.predictor import Predictor

__all__ = ["Predictor", "RNNTextClassifier"]


def __getattr__(name: str) -> Any:
    """Loads a class when it is asked for: `Predictor` with TensorFlow, the estimator with scikit-learn."""
    if name == "RNNTextClassifier":
        from rnn_textclf.estimator.classifier import RNNTextClassifier

        return RNNTextClassifier
    if name == "Predictor":
        from rnn_textclf.inference.predictor import Predictor

        return Predictor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
