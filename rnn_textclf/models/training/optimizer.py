"""Adam with clipping by global norm and exponential decay by epoch, sparse in the rows of embeddings."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rnn_textclf.models.tf1 import Tensor, Variable, tf
from rnn_textclf.models.training.moving_average import MovingAverage


class Update(NamedTuple):
    """A training step: the operation, its learning rate and the gradients' norm before clipping (scalars).

    gradients: name of a variable -> its gradient before clipping; of an embedding, the rows looked up.
    """

    operation: Any
    learning_rate: Tensor
    gradient_norm: Tensor
    gradients: dict[str, Tensor]


class RowAdam(tf.train.AdamOptimizer):
    """Adam (Kingma and Ba 2015) that updates only the rows of an embedding that a step looks up.

    For dense variables this is Adam. For a row of an embedding, both moments and the row itself change
    only on the steps whose batch has the word, by Adam's formulas with the global step's bias
    correction: m and v decay once a look-up rather than once a step. Dense Adam goes on moving a row by
    its momentum long after its last look-up, and rewrites the whole table and its moments at each step,
    which takes longer than the network itself.

    Weight decay is decoupled from the gradient (Loshchilov and Hutter 2019, "Decoupled Weight Decay
    Regularization", AdamW): a step subtracts `learning_rate * weight_decay` times the weight before it, in an
    embedding from the rows looked up only. Vectors, which are biases, do not decay.

    Args:
      learning_rate: scalar.
      weight_decay: >= 0; 0 is Adam.
      row_learning_rates: name of an embedding -> `[N]`, factors (>= 0) of the learning rate of its rows.
    """

    def __init__(
        self, learning_rate: Any, weight_decay: float = 0.0, row_learning_rates: Mapping[str, Tensor] | None = None
    ) -> None:
        super().__init__(learning_rate)
        self._weight_decay = weight_decay
        self._row_learning_rates = row_learning_rates or {}

    def _decays(self, variable: Variable) -> bool:
        return bool(self._weight_decay) and len(variable.shape) > 1

    def _resource_apply_dense(self, grad: Tensor, handle: Variable) -> Any:
        if not self._decays(handle):
            return super()._resource_apply_dense(grad, handle)
        # Only after the gradient, which is that of the weight before. Adam's own step does not read the weight, so the
        # order of the two does not matter.
        with tf.control_dependencies([grad]):
            decayed = handle.assign_sub(self._lr_t * self._weight_decay * handle, read_value=False)
        with tf.control_dependencies([decayed]):
            return super()._resource_apply_dense(grad, handle)

    def _resource_apply_sparse_duplicate_indices(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        # Gradients have no duplicate indices: `embedding.look_up` reads each row once a batch.
        return self._resource_apply_sparse(grad, handle, indices)

    def _resource_apply_sparse(self, grad: Tensor, handle: Variable, indices: Tensor) -> Any:
        beta1_power, beta2_power = self._get_beta_accumulators()
        m, v = self.get_slot(handle, "m"), self.get_slot(handle, "v")
        m_rows = self._beta1_t * tf.gather(m, indices) + (1 - self._beta1_t) * grad
        v_rows = self._beta2_t * tf.gather(v, indices) + (1 - self._beta2_t) * tf.square(grad)
        rate = self._lr_t * tf.sqrt(1 - beta2_power) / (1 - beta1_power)
        step = rate * m_rows / (tf.sqrt(v_rows) + self._epsilon_t)
        if handle.op.name in self._row_learning_rates:
            step *= tf.gather(self._row_learning_rates[handle.op.name], indices)[:, tf.newaxis]
        if self._decays(handle):
            step += self._lr_t * self._weight_decay * tf.gather(handle, indices)
        return tf.group(
            m.scatter_update(tf.IndexedSlices(m_rows, indices)),
            v.scatter_update(tf.IndexedSlices(v_rows, indices)),
            # Not `scatter_sub`, which takes twice as long as reading the rows and storing them.
            handle.scatter_update(tf.IndexedSlices(tf.gather(handle, indices) - step, indices)),
        )


def minimize(
    loss: Tensor,
    variables: Sequence[Variable],
    global_step: Variable,
    **options: Any,
) -> Update:
    """One step of `RowAdam` down the gradient of the scalar `loss`; for the rest see `apply`."""
    return apply(tf.gradients(loss, variables), variables, global_step, **options)


def apply(
    gradients: Sequence[Any],
    variables: Sequence[Variable],
    global_step: Variable,
    *,
    learning_rate: float,
    decay_factor: float,
    steps_per_epoch: int,
    max_gradient_norm: float,
    weight_decay: float = 0.0,
    row_learning_rates: Mapping[str, Tensor] | None = None,
    average: MovingAverage | None = None,
) -> Update:
    """One step of `RowAdam` down given gradients.

    Args:
      gradients: of each variable; those of an embedding name each row once.
      variables: the weights to update.
      global_step: integer variable, counted up by one a step.
      learning_rate: in the first epoch.
      decay_factor: the rate of epoch e (from 0) is `learning_rate * decay_factor ** e`.
      steps_per_epoch: how many steps make an epoch.
      max_gradient_norm: gradients are scaled down together to this global norm (Pascanu et al. 2013).
      weight_decay: see `RowAdam`.
      row_learning_rates: see `RowAdam`.
      average: the moving average to update with them.
    """
    beside_step = global_step.device  # So that numbers of the update do not travel where the weights are elsewhere.
    with tf.device(beside_step):
        rate = tf.train.exponential_decay(learning_rate, global_step, steps_per_epoch, decay_factor, staircase=True)
        clipped, norm = tf.clip_by_global_norm(gradients, max_gradient_norm)
    optimizer = RowAdam(rate, weight_decay, row_learning_rates)
    averaged = average.update(variables, clipped) if average else []
    with tf.control_dependencies(averaged), tf.device(beside_step):
        operation = optimizer.apply_gradients(zip(clipped, variables, strict=True), global_step=global_step)
    by_name = {
        variable.op.name: gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
        for variable, gradient in zip(variables, gradients, strict=True)
        if gradient is not None
    }
    return Update(operation, rate, norm, by_name)
