"""The recurrent cells `RNNCell`, `GRUCell` and `LSTMCell`: weights, one step forward, one step backward.

A cell reads inputs that are already projected, `x W + b` for all its gates: that product does not depend on the
state, so the encoder computes it for all words at once, and only `h R` is left inside the loop of `recurrence.py`.

A new cell is a subclass of `Cell` with `num_gates` and `forward`, its name in `CELLS` and among the choices of
`config.ModelConfig.rnn_unit`. `backward` is optional: without it training uses TensorFlow's own gradients, which
are slower.
"""

from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, TypeAlias

from rnn_textclf.models import initializers
from rnn_textclf.models.tf1 import Tensor, tf


class HiddenState(NamedTuple):
    """State of the plain unit and of the GRU: `h` `[B, H]`."""

    h: Tensor


class LSTMState(NamedTuple):
    """State of the LSTM: memory `c` `[B, H]` and output `h` `[B, H]`."""

    c: Tensor
    h: Tensor


CellState: TypeAlias = Any  # A namedtuple of tensors `[B, H]`, one of them `h`.
Tape: TypeAlias = tuple[Tensor, ...]


class StepGradients(NamedTuple):
    """Gradients of one step's inputs; None stands for zero.

    d_projected: `[B, G * H]`, of the projected input.
    d_recurrent: `[B, G * H]`, of `h R`.
    d_h: `[B, H]`, of the h before the step, apart from its path through R.
    d_c: `[B, H]`, of the c before the step.
    """

    d_projected: Tensor
    d_recurrent: Tensor
    d_h: Tensor | None = None
    d_c: Tensor | None = None


class Cell:
    """Base class of the recurrent cells.

    Args:
      num_units: H.
      input_size: width of the inputs that `project` takes.
      name: variable scope, of its own for every layer.
      seed: fixes the initial weights.

    Class attributes:
      num_gates: G.
      tape_size: tensors `[B, H]` that `forward` records for `backward`.
      separate_gradients: whether `d_recurrent` may differ from `d_projected`. False saves a copy of the gradients,
        and is refused where they do.
    """

    num_gates: ClassVar[int]
    tape_size: ClassVar[int] = 0
    separate_gradients: ClassVar[bool] = True

    def __init__(self, num_units: int, input_size: int, name: str, seed: int) -> None:
        self.num_units = num_units
        with tf.variable_scope(name):
            width = self.num_gates * num_units
            self.kernel = initializers.glorot("kernel", [input_size, width], seed)
            self.recurrent_kernel = initializers.orthogonal("recurrent_kernel", num_units, self.num_gates, seed)
            self.bias = initializers.constant("bias", self._initial_bias())

    def _initial_bias(self) -> list[float]:
        return [0.0] * (self.num_gates * self.num_units)

    @property
    def recurrent_weights(self) -> tuple[Tensor, ...]:
        """The weights that a step reads: R `[H, G * H]` first."""
        return (tf.convert_to_tensor(self.recurrent_kernel),)

    @property
    def state_size(self) -> CellState:
        """The state's structure with widths in place of tensors."""
        return HiddenState(self.num_units)

    def zero_state(self, batch_size: Tensor, dtype: Any) -> CellState:
        """The state before the first word."""
        return tf.nest.map_structure(lambda width: tf.zeros([batch_size, width], dtype), self.state_size)

    def project(self, inputs: Tensor, batch_splits: int = 1) -> Tensor:
        """`inputs` `[..., E]` times the kernel, plus the bias: `[..., G * H]`, in `batch_splits` parallel products."""
        flat = tf.reshape(inputs, [-1, self.kernel.shape[0]])
        edges = [tf.shape(flat)[0] * i // batch_splits for i in range(batch_splits + 1)]
        # Not slices, whose gradients would each be padded to the whole before they are added up.
        parts = tf.split(flat, [end - begin for begin, end in pairwise(edges)]) if batch_splits > 1 else [flat]
        # Read once: where the weights are on another machine, each read travels.
        kernel, bias = tf.convert_to_tensor(self.kernel), tf.convert_to_tensor(self.bias)
        projected = tf.concat([tf.nn.bias_add(tf.matmul(part, kernel), bias) for part in parts], axis=0)
        return tf.reshape(projected, tf.concat([tf.shape(inputs)[:-1], tf.shape(projected)[1:]], 0))

    @staticmethod
    def forward(projected: Tensor, state: CellState, kernel: Tensor, *biases: Tensor) -> tuple[CellState, Tape]:
        """One step: `projected` `[B, G * H]`, the state before, the recurrent weights -> the state after, the tape."""
        raise NotImplementedError

    @staticmethod
    def backward(d_h: Tensor, d_c: Tensor, tape: Tape) -> StepGradients:
        """The derivative of a step: gradients `[B, H]` of the h and the c after it -> those of its inputs."""
        raise NotImplementedError

    @property
    def has_backward(self) -> bool:
        """Whether the class defines `backward`; if not, gradients are left to automatic differentiation."""
        return type(self).backward is not Cell.backward

    def bias_gradients(self, d_recurrent: Tensor) -> tuple[Tensor, ...]:
        """From `[N, G * H]`, the gradients of N steps, those of the recurrent weights after the first."""
        return ()


class RNNCell(Cell):
    """Elman's (1990) unit: h' = tanh(x W + b + h R)."""

    num_gates = 1
    tape_size = 1
    separate_gradients = False

    @staticmethod
    def forward(projected: Tensor, state: CellState, kernel: Tensor, *biases: Tensor) -> tuple[CellState, Tape]:
        """See `Cell.forward`."""
        h = tf.tanh(projected + tf.matmul(state.h, kernel))
        return HiddenState(h), (h,)

    @staticmethod
    def backward(d_h: Tensor, d_c: Tensor, tape: Tape) -> StepGradients:
        """See `Cell.backward`."""
        d_sum = _through_tanh(tape[0], d_h)
        return StepGradients(d_sum, d_sum)


class GRUCell(Cell):
    """Cho et al.'s (2014) gated unit, with the reset gate after the recurrent product.

    r, z = sigmoid(x W + b + h R), n = tanh(x W + b + r * (h R + bn)), h' = n + z * (h - n), each with its
    own columns of W, b and R. This form (cuDNN's) needs one recurrent product a step, not two.
    """

    num_gates = 3
    tape_size = 5

    def __init__(self, num_units: int, input_size: int, name: str, seed: int) -> None:
        super().__init__(num_units, input_size, name, seed)
        with tf.variable_scope(name):
            self.candidate_bias = initializers.constant("candidate_bias", [0.0] * num_units)

    @property
    def recurrent_weights(self) -> tuple[Tensor, ...]:
        """R and the bias inside the reset, `[H]`."""
        return (*super().recurrent_weights, tf.convert_to_tensor(self.candidate_bias))

    @staticmethod
    def forward(projected: Tensor, state: CellState, kernel: Tensor, *biases: Tensor) -> tuple[CellState, Tape]:
        """See `Cell.forward`."""
        reset_x, update_x, candidate_x = tf.split(projected, 3, axis=1)
        reset_h, update_h, candidate_h = tf.split(tf.matmul(state.h, kernel), 3, axis=1)
        reset, update = tf.sigmoid(reset_x + reset_h), tf.sigmoid(update_x + update_h)
        candidate_h += biases[0]
        candidate = tf.tanh(candidate_x + reset * candidate_h)
        difference = state.h - candidate
        return HiddenState(candidate + update * difference), (reset, update, candidate, candidate_h, difference)

    @staticmethod
    def backward(d_h: Tensor, d_c: Tensor, tape: Tape) -> StepGradients:
        """See `Cell.backward`."""
        reset, update, candidate, candidate_h, difference = tape
        kept = d_h * update
        d_candidate = _through_tanh(candidate, d_h - kept)
        d_reset = _through_sigmoid(reset, d_candidate * candidate_h)
        d_update = _through_sigmoid(update, d_h * difference)
        d_projected = tf.concat([d_reset, d_update, d_candidate], 1)
        d_recurrent = tf.concat([d_reset, d_update, d_candidate * reset], 1)
        return StepGradients(d_projected, d_recurrent, d_h=kept)

    def bias_gradients(self, d_recurrent: Tensor) -> tuple[Tensor, ...]:
        """See `Cell.bias_gradients`."""
        return (tf.reduce_sum(d_recurrent[:, 2 * self.num_units :], axis=0),)


class LSTMCell(Cell):
    """Hochreiter and Schmidhuber's (1997) unit with the forget gate of Gers et al. (2000).

    i, f, o, g = x W + b + h R; c' = sigmoid(f) * c + sigmoid(i) * tanh(g); h' = sigmoid(o) * tanh(c').
    The forget gate's bias starts at 1 (Jozefowicz et al. 2015).
    """

    num_gates = 4
    tape_size = 6
    separate_gradients = False

    def _initial_bias(self) -> list[float]:
        zeros, ones = [0.0] * self.num_units, [1.0] * self.num_units
        return zeros + ones + zeros + zeros

    @property
    def state_size(self) -> LSTMState:
        """See `Cell.state_size`."""
        return LSTMState(self.num_units, self.num_units)

    @staticmethod
    def forward(projected: Tensor, state: CellState, kernel: Tensor, *biases: Tensor) -> tuple[CellState, Tape]:
        """See `Cell.forward`."""
        sums = tf.split(projected + tf.matmul(state.h, kernel), 4, axis=1)
        i, f, o = (tf.sigmoid(gate) for gate in sums[:3])
        g = tf.tanh(sums[3])
        c = f * state.c + i * g
        tanh_c = tf.tanh(c)
        return LSTMState(c, o * tanh_c), (i, f, o, g, state.c, tanh_c)

    @staticmethod
    def backward(d_h: Tensor, d_c: Tensor, tape: Tape) -> StepGradients:
        """See `Cell.backward`."""
        i, f, o, g, c_before, tanh_c = tape
        d_c += _through_tanh(tanh_c, d_h * o)
        d_sums = tf.concat(
            [
                _through_sigmoid(i, d_c * g),
                _through_sigmoid(f, d_c * c_before),
                _through_sigmoid(o, d_h * tanh_c),
                _through_tanh(g, d_c * i),
            ],
            axis=1,
        )
        return StepGradients(d_sums, d_sums, d_c=d_c * f)


def _through_sigmoid(y: Tensor, d_y: Tensor) -> Tensor:
    """The gradient of x where y = sigmoid(x), in one fused operation."""
    return tf.raw_ops.SigmoidGrad(y=y, dy=d_y)


def _through_tanh(y: Tensor, d_y: Tensor) -> Tensor:
    """The gradient of x where y = tanh(x), in one fused operation."""
    return tf.raw_ops.TanhGrad(y=y, dy=d_y)


CELLS: dict[str, type[Cell]] = {"rnn": RNNCell, "gru": GRUCell, "lstm": LSTMCell}
