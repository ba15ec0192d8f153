"""One net for everybody: our weights, our answers and our gradients, which each peer compares with its own."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.benchmarks import setting

OUTPUT_TOLERANCE = 1e-4  # Of probabilities.
GRADIENT_TOLERANCE = 1e-3  # Of a gradient's largest number.

Arrays = Mapping[str, np.ndarray]  # By the names of our variables; `temperature` divides the logits.
EMBEDDING, OUTPUT_KERNEL, OUTPUT_BIAS = "embedding", "output_kernel", "output_bias"
KERNEL, RECURRENT, BIAS, CANDIDATE_BIAS = (
    f"layer_0/{name}" for name in ("kernel", "recurrent_kernel", "bias", "candidate_bias")
)


class DifferentNetError(Exception):
    """A peer that does not compute our net."""


def random_weights(unit: str, vocabulary_size: int, num_classes: int) -> dict[str, np.ndarray]:
    """Weights of some size, so that a gate in the wrong place shows."""
    draw = np.random.default_rng(setting.SEED)
    width = setting.GATES[unit] * setting.HIDDEN
    shapes = {
        EMBEDDING: (vocabulary_size, setting.EMBEDDING),
        KERNEL: (setting.EMBEDDING, width),
        RECURRENT: (setting.HIDDEN, width),
        BIAS: (width,),
        **({CANDIDATE_BIAS: (setting.HIDDEN,)} if unit == "gru" else {}),
        OUTPUT_KERNEL: (setting.HIDDEN, num_classes),
        OUTPUT_BIAS: (num_classes,),
    }
    weights = {name: draw.uniform(-0.1, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    weights[EMBEDDING][0] = 0  # Padding.
    return weights


def write(path: Path, weights: Arrays, probabilities: np.ndarray, gradients: Arrays | None = None) -> None:
    """Stores what the peers are to compute from these weights."""
    named = {f"weights {name}": value for name, value in weights.items()}
    named |= {f"gradients {name}": value for name, value in (gradients or {}).items()}
    np.savez(path, probabilities=probabilities, **named)  # type: ignore[arg-type] # numpy's stub


def read_weights(path: Path) -> dict[str, np.ndarray]:
    """The weights that were stored."""
    return _part(path, "weights ")


def check(path: Path, probabilities: np.ndarray, gradients: Arrays | None = None) -> None:
    """Raises DifferentNetError where a peer's answers or gradients are not those that were stored."""
    with np.load(path) as stored:
        _compare("probabilities", probabilities, stored["probabilities"], OUTPUT_TOLERANCE)
    for name, expected in _part(path, "gradients ").items() if gradients is not None else ():
        _compare(f"gradient of {name}", gradients[name], expected, GRADIENT_TOLERANCE * np.abs(expected).max())


def _part(path: Path, prefix: str) -> dict[str, np.ndarray]:
    with np.load(path) as stored:
        return {name.removeprefix(prefix): stored[name] for name in stored.files if name.startswith(prefix)}


def _compare(what: str, found: np.ndarray, expected: np.ndarray, tolerance: float) -> None:
    if found.shape != expected.shape:
        raise DifferentNetError(f"{what}: has shape {found.shape}, ours {expected.shape}")
    if not (difference := float(np.abs(found - expected).max())) <= tolerance:
        raise DifferentNetError(f"{what}: differs from ours by {difference:.3g}, more than {tolerance:.3g}")
