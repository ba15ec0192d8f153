"""Temperature scaling: one number that makes confidence match accuracy.

Guo et al. (2017, "On Calibration of Modern Neural Networks"): every logit is divided by a temperature
T > 0 that minimizes the mean negative log-likelihood of held-out examples. It changes the confidence of
predictions, and never the predicted classes.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_folder import RunFolder

# A handful of examples can ask for any temperature; past these it says more of them than of the model.
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.1, 10.0
_LOWEST_READ, _HIGHEST_READ = 0.99 * MIN_TEMPERATURE, 1.01 * MAX_TEMPERATURE  # Those, rounded.
_HALVINGS = 40
_BLOCK = 1 << 20  # Probabilities that are computed at a time.

_Block = tuple[np.ndarray, np.ndarray, Any]  # Logits `[B, C]`, targets `[B, C]` and weights `[B]`, or 1.
# What probabilities in 32 bits can still tell from 0, and for sigmoid from 1.
_LEAST = {"softmax": 1e-30, "sigmoid": 1e-7}


def fit_temperature(
    probabilities: np.ndarray, targets: np.ndarray, loss: str, weights: np.ndarray | None = None
) -> float:
    """The maximum likelihood temperature, from `MIN_TEMPERATURE` to `MAX_TEMPERATURE`.

    Args:
      probabilities: `[N, C]`, at temperature 1.
      targets: `[N, C]`, 0 or 1.
      loss: `softmax` or `sigmoid`, as the model was trained.
      weights: `[N]`, positive, of the examples in the likelihood, as in training; None for 1 each.

    Returns:
      T; 1 where all examples are right, for then the likelihood has no maximum.
    """
    blocks: list[_Block] = [
        (_logits(probabilities[rows], loss), targets[rows], 1.0 if weights is None else weights[rows])
        for rows in _blocks(probabilities)
    ]
    if all(_all_right(logits, wanted, loss) for logits, wanted, _ in blocks):
        return 1.0
    low, high = math.log(MIN_TEMPERATURE), math.log(MAX_TEMPERATURE)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # The likelihood is concave in 1 / T: its slope there tells which side the best one lies.
        if _total_slope(blocks, math.exp(middle), loss) > 0:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def apply_temperature(probabilities: np.ndarray, temperature: float, loss: str) -> np.ndarray:
    """Probabilities `[..., C]` at temperature 1 -> the same at another."""
    flat = probabilities.reshape(-1, probabilities.shape[-1])
    found = np.empty_like(flat)
    for rows in _blocks(flat):
        found[rows] = _probabilities(_logits(flat[rows], loss) / temperature, loss)
    return found.reshape(probabilities.shape)


def write_calibration(folder: RunFolder, temperature: float, step: int) -> None:
    """Stores the temperature of the checkpoint of a step."""
    folder.write_json(folder.calibration_path, {"temperature": temperature, "step": step}, indent=2)


def read_temperature(folder: RunFolder, step: int) -> float:
    """The temperature of the checkpoint of a step; 1 where none was fitted to it.

    Raises:
      UserError: the file cannot be read, or holds no temperature.
    """
    path = folder.calibration_path
    if not folder.checksums.exists(path):
        return 1.0
    values = folder.read_json(path)
    temperature = values.get("temperature") if isinstance(values, dict) else None
    if (
        isinstance(temperature, bool)
        or not isinstance(temperature, int | float)
        or not _LOWEST_READ < temperature < _HIGHEST_READ
    ):
        raise UserError(
            f"{path}: expected a temperature from {MIN_TEMPERATURE:g} to {MAX_TEMPERATURE:g}; restore the file, or run "
            "the training command again, which fits it anew"
        )
    return float(temperature) if values.get("step") == step else 1.0


def _logits(probabilities: np.ndarray, loss: str) -> np.ndarray:
    """Logits that give these probabilities; of softmax's, those whose exponentials sum to 1."""
    least = _LEAST[loss]
    clipped = np.clip(probabilities.astype(np.float64), least, 1.0 if loss == "softmax" else 1.0 - least)
    return np.log(clipped) - (np.log1p(-clipped) if loss == "sigmoid" else 0.0)


def _probabilities(logits: np.ndarray, loss: str) -> np.ndarray:
    if loss == "sigmoid":
        return 1.0 / (1.0 + np.exp(-logits))
    exponentials = np.exp(logits - logits.max(-1, keepdims=True))
    return exponentials / exponentials.sum(-1, keepdims=True)


def _total_slope(blocks: Sequence[_Block], temperature: float, loss: str) -> float:
    """Slope of the weighted negative log-likelihood in 1 / T."""
    total = 0.0
    for logits, targets, weights in blocks:
        slopes = ((_probabilities(logits / temperature, loss) - targets) * logits).sum(1)
        total += float((slopes * weights).sum())
    return total


def _all_right(logits: np.ndarray, targets: np.ndarray, loss: str) -> bool:
    predicted = (logits > 0) if loss == "sigmoid" else np.arange(logits.shape[1]) == logits.argmax(1, keepdims=True)
    return bool((predicted == (targets > 0.5)).all())


def _blocks(probabilities: np.ndarray) -> list[slice]:
    """Rows of `[N, C]` that are computed at a time: in 64 bits, and several times, they take far more memory."""
    size = max(1, _BLOCK // max(1, probabilities.shape[1]))
    return [slice(begin, begin + size) for begin in range(0, len(probabilities), size)]
