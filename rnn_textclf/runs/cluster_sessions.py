"""Sessions of a task in a cluster: TensorFlow's server there, and where each operation and variable is placed.

Between-graph replication: each task builds the same graph. Variables, and what reads or changes them, are on the
parameter servers under the same names, so that all tasks share them; everything else is on the task itself.
"""

import contextlib
import math
from collections.abc import Iterator
from typing import Any

from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.errors import UserError
from rnn_textclf.models.row_table import split_tables
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.tensorflow_errors import reason


class ClusterSessions(Sessions):
    """Opens the sessions of a task on the TensorFlow server that it starts.

    Args:
      cluster: the machines, and the task among them.
      threads: see `Sessions`.

    Raises:
      UserError: the server cannot listen at the task's address.
    """

    def __init__(self, cluster: ClusterConfig, threads: int = 0) -> None:
        super().__init__(threads)
        self._cluster = cluster
        self._server = _start_server(cluster, self._config())

    @contextlib.contextmanager
    def new_graph(self) -> Iterator[Any]:
        """A session for a new graph, whose variables are on the parameter servers."""
        placement = Placement(self._cluster)
        with tf.Graph().as_default() as graph, tf.device(placement), self.on_all_threads(graph) as session:
            split_tables(len(self._cluster.servers))
            yield session

    def on_all_threads(self, graph: Any) -> Any:
        """A session that sees the parameter servers and the task itself, so that no other task can hold it up."""
        config = self._config()
        seen = {self._cluster.task, *self._cluster.servers}
        config.device_filters.extend(sorted(map(_device, seen)))
        return tf.Session(self._server.target, graph=graph, config=config)


class Placement:
    """Device of each operation of a graph, for `tf.device`.

    A variable goes to the server that holds the fewest bytes so far, unless its name begins with that of another one,
    beside which it then is: a moving average, the learning rates of a table's rows.
    """

    def __init__(self, cluster: ClusterConfig) -> None:
        self._own = _device(cluster.task)
        self._bytes = dict.fromkeys(map(_device, cluster.servers), 0)
        self._placed: dict[str, str] = {}

    def __call__(self, operation: Any) -> str:
        """The device of an operation under construction."""
        if operation.device or operation.graph is not tf.get_default_graph() or _is_function(operation.graph):
            return str(operation.device)
        if operation.type == "VarHandleOp":
            return self._of_variable(operation)
        handles = (each.op for each in operation.inputs if each.dtype == tf.resource)
        return next((handle.device for handle in handles), self._own)

    def _of_variable(self, handle: Any) -> str:
        beside = next((device for name, device in self._placed.items() if _belongs_to(handle.name, name)), None)
        device = beside or min(self._bytes, key=lambda each: self._bytes[each])
        shape = tf.TensorShape(handle.get_attr("shape"))
        self._bytes[device] += math.prod(size or 0 for size in shape.as_list()) * handle.get_attr("dtype").size
        self._placed[handle.name] = device
        return device


def _belongs_to(name: str, other: str) -> bool:
    """Whether a variable's name begins with that of another one, or, part by part, with that of another table."""
    table, _, part = name.partition("/part_")
    other_table, _, other_part = other.partition("/part_")
    return name.startswith((f"{other}/", f"{other}_")) or (part == other_part and table.startswith(f"{other_table}_"))


def _start_server(cluster: ClusterConfig, config: Any) -> Any:
    jobs = tf.train.ClusterSpec({job: list(addresses) for job, addresses in cluster.jobs.items()})
    try:
        return tf.train.Server(jobs, cluster.task.job, cluster.task.number, protocol="grpc", config=config)
    except tf.errors.OpError as error:
        raise UserError(
            f"{cluster.address(cluster.task)}: TensorFlow cannot listen here ({reason(error)}); "
            "end the process that does, or give the task another port"
        ) from None


def _device(task: Task) -> str:
    return f"/job:{task.job}/task:{task.number}"


def _is_function(graph: Any) -> bool:
    """Whether a graph is the body of a loop or a branch, whose operations are placed with the loop."""
    return hasattr(graph, "outer_graph")
