"""The layers as slow, obvious NumPy loops in double precision: the reference of the tests."""

from typing import Any

import numpy as np

GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def random_weights(unit: str, input_size: int, units: int, seed: int) -> dict[str, np.ndarray]:
    """Weights by the names that the cells give their variables."""
    draw = np.random.default_rng(seed)
    width = GATES[unit] * units
    shapes = {"kernel": (input_size, width), "recurrent_kernel": (units, width), "bias": (width,)}
    if unit == "gru":
        shapes["candidate_bias"] = (units,)
    return {name: draw.normal(0, 0.4, shape) for name, shape in shapes.items()}


def step(unit: str, weights: dict[str, np.ndarray], x: np.ndarray, state: dict[str, np.ndarray]) -> dict[str, Any]:
    """One sentence, one word: `x` [E] and the state before -> the state after."""
    h = state["h"]
    units = len(h)
    from_input = x @ weights["kernel"] + weights["bias"]
    from_state = h @ weights["recurrent_kernel"]
    gate = [slice(i * units, (i + 1) * units) for i in range(GATES[unit])]
    if unit == "rnn":
        return {"h": np.tanh(from_input + from_state)}
    if unit == "gru":
        reset = sigmoid(from_input[gate[0]] + from_state[gate[0]])
        update = sigmoid(from_input[gate[1]] + from_state[gate[1]])
        candidate = np.tanh(from_input[gate[2]] + reset * (from_state[gate[2]] + weights["candidate_bias"]))
        return {"h": (1 - update) * candidate + update * h}
    total = from_input + from_state
    c = sigmoid(total[gate[1]]) * state["c"] + sigmoid(total[gate[0]]) * np.tanh(total[gate[3]])
    return {"h": sigmoid(total[gate[2]]) * np.tanh(c), "c": c}


def run(
    unit: str, layers: list[dict[str, np.ndarray]], inputs: np.ndarray, lengths: np.ndarray, units: int
) -> tuple[np.ndarray, list[dict[str, np.ndarray]]]:
    """A stack of layers over `inputs` [B, T, E]: outputs [B, T, H] (zero past the length), final states [B, H]."""
    batch, time, _ = inputs.shape
    outputs = np.zeros((batch, time, units))
    names = ("h", "c") if unit == "lstm" else ("h",)
    final = [{name: np.zeros((batch, units)) for name in names} for _ in layers]
    for b in range(batch):
        states = [{name: np.zeros(units) for name in names} for _ in layers]
        for t in range(lengths[b]):
            x = inputs[b, t]
            for i, weights in enumerate(layers):
                states[i] = step(unit, weights, x, states[i])
                x = states[i]["h"]
            outputs[b, t] = x
        for i, state in enumerate(states):
            for name in names:
                final[i][name][b] = state[name]
    return outputs, final


def softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


def attention_weights(h: np.ndarray, attention: dict[str, np.ndarray]) -> np.ndarray:
    """The attention `[T]` to each of T words, from their `[T, H]`."""
    scores = [attention["vector"][:, 0] @ np.tanh(word @ attention["kernel"] + attention["bias"]) for word in h]
    return softmax(np.array(scores))


def pooled_features(name: str, h: np.ndarray, attention: dict[str, np.ndarray]) -> np.ndarray:
    """After each word of one sentence: `[T, H]` -> `[T, H]`."""
    rows = []
    for t in range(1, len(h) + 1):
        seen = h[:t]
        rows.append(
            {
                "last": lambda seen=seen: seen[-1],
                "mean": lambda seen=seen: sum(seen) / len(seen),
                "max": lambda seen=seen: np.array([max(unit) for unit in seen.T]),
                "attention": lambda seen=seen: attention_weights(seen, attention) @ seen,
            }[name]()
        )
    return np.array(rows)
