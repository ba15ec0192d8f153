"""Keras 3 on TensorFlow: Embedding, LSTM and Dense, `model.fit` on rows padded to the corpus maximum."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.epochs import WARM_UP, training_answer
from tests.benchmarks.workers import serve

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf


def prepare(folder: str) -> Callable[[], Answer]:
    """Builds the model; a measurement is an epoch, the first of them the third."""
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    keras.utils.set_random_seed(setting.SEED)
    rows = setting.cornell_rows(Path(folder))
    whole = rows.dataset.gather(rows.rows)
    model = keras.Sequential(
        [
            keras.layers.Embedding(len(rows.vocabulary), setting.EMBEDDING, mask_zero=True),
            keras.layers.LSTM(setting.HIDDEN),
            keras.layers.Dense(rows.dataset.num_classes, activation="softmax"),
        ]
    )
    adam = keras.optimizers.Adam(setting.LEARNING_RATE, global_clipnorm=setting.LARGEST_NORM)
    model.compile(adam, "sparse_categorical_crossentropy")
    classes = whole.targets.argmax(1).astype(np.int32)

    def epoch() -> float:
        began = time.perf_counter()
        model.fit(whole.ids, classes, batch_size=setting.BATCH_SIZE, epochs=1, verbose=0)
        return time.perf_counter() - began

    for _ in range(WARM_UP):
        epoch()
    return lambda: training_answer(epoch(), rows, "lstm")


if __name__ == "__main__":
    serve(prepare)
