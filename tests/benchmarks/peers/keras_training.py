"""Keras 3 on JAX: Embedding, LSTM and Dense, compiled, on batches of like length padded to a few lengths."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import Batch
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.epochs import training_answer
from tests.benchmarks.workers import serve

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras

# Each is compiled once. The words padded for it are fewer than a tenth of all.
_LENGTHS = (8, 12, 16, 20, 24, 28, 32, 40, 64)
_Pair = tuple[np.ndarray, np.ndarray]


class _Epoch(keras.utils.PyDataset):
    """Batches as `fit` takes them."""

    def __init__(self, pairs: list[_Pair]) -> None:
        super().__init__()
        self._pairs = pairs

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, index: int) -> _Pair:
        return self._pairs[index]


def prepare(folder: str) -> Callable[[], Answer]:
    """Builds the model; a measurement is an epoch, the first of them the second."""
    rows = setting.cornell_rows(Path(folder))
    reference = setting.reference_path(Path(folder), "lstm")
    model = _model(same_net.read_weights(reference), rows.dataset.num_classes)
    batches = rows.batches()
    _check(model, next(batches.epoch(0)), reference)
    adam = keras.optimizers.Adam(setting.LEARNING_RATE, global_clipnorm=setting.LARGEST_NORM)
    model.compile(adam, "sparse_categorical_crossentropy", jit_compile=True)

    def epoch(number: int) -> float:
        # A smaller batch, of which there is one an epoch, would be compiled for itself.
        whole = [batch for batch in batches.epoch(number) if len(batch.ids) == setting.BATCH_SIZE]
        made = _Epoch([(_padded(batch.ids), batch.targets.argmax(1)) for batch in whole])
        began = time.perf_counter()
        model.fit(made, epochs=1, shuffle=False, verbose=0)
        return (time.perf_counter() - began) * batches.num_examples / (len(whole) * setting.BATCH_SIZE)

    numbers: Iterator[int] = count()
    epoch(next(numbers))
    return lambda: training_answer(epoch(next(numbers)), rows, "lstm")


def _model(weights: same_net.Arrays, num_classes: int) -> Any:
    table = weights[same_net.EMBEDDING]
    model = keras.Sequential(
        [
            keras.layers.Input((None,), dtype="int32"),
            keras.layers.Embedding(len(table), setting.EMBEDDING, mask_zero=True),
            keras.layers.LSTM(setting.HIDDEN),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    gated = [_reordered(weights[name]) for name in (same_net.KERNEL, same_net.RECURRENT, same_net.BIAS)]
    model.set_weights([table, *gated, weights[same_net.OUTPUT_KERNEL], weights[same_net.OUTPUT_BIAS]])
    return model


def _reordered(values: np.ndarray) -> np.ndarray:
    """Between our i, f, o, g and Keras's i, f, g, o."""
    i, f, o, g = np.split(values, 4, axis=-1)
    return np.concatenate([i, f, g, o], axis=-1)


def _padded(ids: np.ndarray) -> np.ndarray:
    length = next(length for length in _LENGTHS if length >= ids.shape[1])
    return np.pad(ids, ((0, 0), (0, length - ids.shape[1])))


def _check(model: Any, batch: Batch, reference: Path) -> None:
    """Compares with our net."""

    def loss(trainable: Any) -> Any:
        found, _ = model.stateless_call(trainable, model.non_trainable_variables, _padded(batch.ids))
        return keras.losses.categorical_crossentropy(batch.targets, found).mean(), found

    values = [variable.value for variable in model.trainable_variables]
    (_, found), gradients = jax.value_and_grad(loss, has_aux=True)(values)
    names = (same_net.KERNEL, same_net.RECURRENT, same_net.BIAS)
    table, *gated, kernel, bias = map(np.asarray, gradients)
    named = {same_net.EMBEDDING: table, same_net.OUTPUT_KERNEL: kernel, same_net.OUTPUT_BIAS: bias}
    named |= {name: _reordered(value) for name, value in zip(names, gated, strict=True)}
    same_net.check(reference, np.asarray(found), named)


if __name__ == "__main__":
    serve(prepare)
