"""Placement of a training graph in a cluster: what travels between tasks in a step, and what must not."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.models.row_table import parts_of, split_tables, table
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training.exchange import GradientExchange
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.cluster_sessions import Placement

VOCABULARY = Vocabulary(["<pad>", "<unk>", *(f"w{i}" for i in range(40))])


@pytest.fixture(scope="module", params=[1, 2])
def classifier(request: pytest.FixtureRequest) -> TextClassifier:
    """The graph of a chief beside one worker, and one or two parameter servers."""
    servers = tuple(f"server{number}:1" for number in range(request.param))
    cluster = ClusterConfig({"chief": ("a:1",), "worker": ("b:1",), "ps": servers}, Task("chief", 0))
    model = ModelConfig(rnn_unit="lstm", num_hidden_units=6, embedding_size=5, direct_scores=False)
    with tf.Graph().as_default(), tf.device(Placement(cluster)):
        split_tables(len(servers))
        training = TrainConfig(prefix_loss_weight=0.0, dropout=0.0)
        return TextClassifier(model, VOCABULARY, 2, training, steps_per_epoch=9, exchange=GradientExchange(0, 2))


def needed(roots: Iterable[Any]) -> set[Any]:
    """The operations that some need."""
    found: set[Any] = set()
    waiting = list(roots)
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [*(tensor.op for tensor in operation.inputs), *operation.control_inputs]
    return found


def test_a_worker_reads_each_dense_weight_once_in_a_step(classifier: TextClassifier) -> None:
    push = needed([classifier.training.push])
    reads = Counter(each.inputs[0].op.name for each in push if each.type == "ReadVariableOp")
    kernels = {name: count for name, count in reads.items() if "kernel" in name}
    assert kernels == {"layer_0/kernel": 1, "layer_0/recurrent_kernel": 1, "output_kernel": 1}


def test_an_update_moves_no_weights_and_no_gradients(classifier: TextClassifier) -> None:
    update = needed(tensor.op for tensor in classifier.training.result)
    travelling = {
        tensor.name: tensor.shape.num_elements()
        for operation in update
        for tensor in operation.inputs
        if tensor.dtype != tf.resource and "ps" in operation.device + tensor.op.device
        if operation.device and tensor.op.device and operation.device != tensor.op.device
    }
    assert all(size is not None and size <= 3 for size in travelling.values()), travelling


def test_moments_are_beside_their_weights(classifier: TextClassifier) -> None:
    devices = {variable.op.name: variable.device for variable in classifier.weights}
    with classifier.training.result.loss.graph.as_default():
        moments = [each for each in tf.global_variables() if "/Adam" in each.op.name]
    assert len(moments) == 2 * len(devices)
    for moment in moments:
        assert moment.device == devices[moment.op.name.rpartition("/")[0]], moment.op.name


@pytest.mark.parametrize("size", [1, 7, 100])
def test_numbers_of_a_table_s_rows_are_beside_them(size: int) -> None:
    """Whatever was placed between the two."""
    cluster = ClusterConfig({"chief": ("a:1",), "ps": ("b:1", "c:1")}, Task("chief", 0))
    with tf.Graph().as_default(), tf.device(Placement(cluster)):
        split_tables(2)
        rows = table("scores", [9, 3], lambda: tf.zeros([9, 3]))
        tf.get_variable("between", initializer=tf.zeros([size]))
        rates = table("scores_rates", [9], lambda: tf.ones([9]))
        devices = [[part.device for part in parts_of(each)] for each in (rows, rates)]
    assert devices[0] == devices[1]
    assert len(set(devices[0])) == 2
