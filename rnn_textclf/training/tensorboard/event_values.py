"""Values of TensorBoard events as protocol buffers, without operations in the graph.

Texts and precision-recall curves are tensors that a plugin of TensorBoard draws, by the name in their metadata.
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rnn_textclf.models.tf1 import tf

_BINS = 30
_THRESHOLDS = 101
# PrCurvePluginData of tensorboard/plugins/pr_curve/plugin_data.proto: field 2, the number of thresholds.
_CURVE_CONTENT = bytes([2 << 3, _THRESHOLDS])


def scalar(tag: str, value: float) -> Any:
    """A point of a curve."""
    return tf.Summary.Value(tag=tag, simple_value=value)


def histogram(tag: str, values: np.ndarray) -> Any:
    """The distribution of an array, in bins of equal width."""
    values = np.asarray(values, np.float64).ravel()
    counts, edges = np.histogram(values, _BINS)
    proto = tf.HistogramProto(
        min=values.min(initial=np.inf),
        max=values.max(initial=-np.inf),
        num=len(values),
        sum=values.sum(),
        sum_squares=np.square(values).sum(),
        bucket_limit=edges[1:],
        bucket=counts,
    )
    return tf.Summary.Value(tag=tag, histo=proto)


def text(tag: str, lines: Sequence[str]) -> Any:
    """Texts in Markdown, one below the other."""
    return _tensor(tag, "text", tf.make_tensor_proto([line.encode() for line in lines], tf.string))


def markdown(values: Mapping[str, Any]) -> str:
    """Names and values as a table."""
    return "\n".join(["| option | value |", "| --- | --- |", *(f"| {name} | {v} |" for name, v in values.items())])


def precision_recall(tag: str, positive: np.ndarray, scores: np.ndarray) -> Any:
    """A precision-recall curve at 101 thresholds from 0 to 1.

    Args:
      tag: its name.
      positive: bool `[N]`.
      scores: `[N]`, in [0, 1], larger for examples more likely positive.
    """
    thresholds = np.linspace(0, 1, _THRESHOLDS)
    chosen = scores[np.newaxis] >= thresholds[:, np.newaxis]
    hits, alarms = (chosen & positive).sum(1), (chosen & ~positive).sum(1)
    misses, rests = positive.sum() - hits, (~positive).sum() - alarms
    precision, recall = hits / np.maximum(hits + alarms, 1), hits / np.maximum(hits + misses, 1)
    rows = np.stack([hits, alarms, rests, misses, precision, recall]).astype(np.float32)
    return _tensor(tag, "pr_curves", tf.make_tensor_proto(rows), _CURVE_CONTENT)


def hparams(values: Mapping[str, Any], name: str) -> Any:
    """A summary for TensorBoard's table of hyperparameters; the package tensorboard must be installed."""
    summary_v2 = importlib.import_module("tensorboard.plugins.hparams.summary_v2")
    known = {key: value for key, value in values.items() if isinstance(value, bool | int | float | str)}
    return tf.Summary.FromString(summary_v2.hparams_pb(known, trial_id=name).SerializeToString())


def _tensor(tag: str, plugin: str, tensor: Any, content: bytes = b"") -> Any:
    data = tf.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
    return tf.Summary.Value(tag=tag, tensor=tensor, metadata=tf.SummaryMetadata(plugin_data=data))
