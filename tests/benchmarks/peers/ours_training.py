"""Our net, trained by the bare step loop: `TextClassifier.step` on batches made beforehand."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs import sessions
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.epochs import WARM_UP, training_answer
from tests.benchmarks.workers import serve


def prepare(folder: str, unit: str, training_part: bool = False) -> Callable[[], Answer]:
    """Builds the net; a measurement is an epoch, the first of them the third."""
    rows = setting.cornell_rows(Path(folder), training_part)
    training = TrainConfig(**setting.TRAIN)  # type: ignore[arg-type]
    model = ModelConfig(rnn_unit=unit, **setting.MODEL)  # type: ignore[arg-type]
    batches = rows.batches()
    with tf.Graph().as_default() as graph:
        session = sessions.Sessions(THREADS).on_all_threads(graph)
        classifier = TextClassifier(
            model,
            rows.vocabulary,
            rows.dataset.num_classes,
            training,
            steps_per_epoch=batches.steps_per_epoch,
        )
        initialize = tf.global_variables_initializer()
        graph.finalize()
    session.run(initialize)

    def epoch(number: int) -> float:
        made = list(batches.epoch(number))
        began = time.perf_counter()
        for batch in made:
            classifier.step(session, batch, "train")
        return time.perf_counter() - began

    numbers: Iterator[int] = count()
    for _ in range(WARM_UP):
        epoch(next(numbers))
    return lambda: training_answer(epoch(next(numbers)), rows, unit)


if __name__ == "__main__":
    serve(prepare)
