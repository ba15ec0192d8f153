"""Our net, trained by the bare step loop: `TextClassifier.step` on batches made beforehand."""

import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs import sessions
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.epochs import WARM_UP, training_answer
from tests.benchmarks.workers import serve


def prepare(folder: str, unit: str, training_part: bool = False) -> Callable[[], Answer]:
    """Builds the net, and stores what it computes for the peers; a measurement is an epoch."""
    rows = setting.cornell_rows(Path(folder), training_part)
    weights = same_net.random_weights(unit, len(rows.vocabulary), rows.dataset.num_classes)
    if not training_part:
        _write_reference(setting.reference_path(Path(folder), unit), unit, rows, weights)
    batches = rows.batches()
    with tf.Graph().as_default() as graph:
        session = sessions.Sessions(THREADS).on_all_threads(graph)
        classifier = _classifier(unit, rows)
        session.run(tf.global_variables_initializer())
        _load(classifier, weights, session)
        graph.finalize()

    def epoch(number: int, steps: int | None = None) -> float:
        made = list(islice(batches.epoch(number), steps))
        began = time.perf_counter()
        for batch in made:
            classifier.step(session, batch, "train")
        return time.perf_counter() - began

    epoch(0, WARM_UP)
    numbers: Iterator[int] = count(1)
    return lambda: training_answer(epoch(next(numbers)), rows, unit)


def _classifier(unit: str, rows: setting.Rows) -> TextClassifier:
    training = TrainConfig(**setting.TRAIN)  # type: ignore[arg-type]
    model = ModelConfig(rnn_unit=unit, **setting.MODEL)  # type: ignore[arg-type]
    steps = rows.batches().steps_per_epoch
    return TextClassifier(model, rows.vocabulary, rows.dataset.num_classes, training, steps_per_epoch=steps)


def _load(classifier: TextClassifier, weights: same_net.Arrays, session: Any) -> None:
    for variable in classifier.weights:
        variable.load(weights[variable.op.name], session)


def _write_reference(path: Path, unit: str, rows: setting.Rows, weights: same_net.Arrays) -> None:
    """Stores the probabilities and the gradients of the first batch."""
    batch = next(rows.batches().epoch(0))
    with tf.Graph().as_default(), tf.Session() as session:
        classifier = _classifier(unit, rows)
        gradients = tf.gradients(classifier.training.result.loss, classifier.weights)
        dense = {v.op.name: tf.convert_to_tensor(g) for v, g in zip(classifier.weights, gradients, strict=True)}
        session.run(tf.global_variables_initializer())
        _load(classifier, weights, session)
        probabilities = classifier.step(session, batch, "eval").probabilities
        feed = {classifier.ids: batch.ids, classifier.sequence_length: batch.lengths, classifier.targets: batch.targets}
        found: dict[str, np.ndarray] = session.run(dense, feed)
    same_net.write(path, weights, probabilities, found)


if __name__ == "__main__":
    serve(prepare)
