"""Compiled loop over time, for one sentence at a time.

TensorFlow's own loop costs about as much on one sentence as the network that it repeats. XLA makes one program of it,
in which little is left but the products.
"""

from collections.abc import Callable
from typing import TypeVar

from rnn_textclf.models.tf1 import Tensor, tf

State = TypeVar("State")


def compiled_loop(step: Callable[[Tensor, State], State], inputs: Tensor, most: int, state: State) -> State:
    """The state after `state = step(inputs[t], state)` for every t.

    It is compiled in the session that first runs it, which takes about a second, and again for another batch size.

    Args:
      step: one step's inputs `[B, …]` and the state before it -> the state after it, of the same structure and shapes.
      inputs: `[K, B, …]`; K > `most` is an error in the session.
      most: the largest K (>= 1). Inputs are padded to it, because XLA compiles anew for every shape.
      state: before the first step, a structure of tensors.
    """
    count = tf.shape(inputs)[0]
    padded = tf.pad(inputs, [[0, most - count]] + [[0, 0]] * (inputs.shape.rank - 1))

    @tf.function(jit_compile=True, autograph=False)
    def run(inputs: Tensor, count: Tensor, *first: Tensor) -> list[Tensor]:
        def body(t: Tensor, *values: Tensor) -> list[Tensor]:
            after = step(inputs[t], tf.nest.pack_sequence_as(state, values))
            return [t + 1, *tf.nest.flatten(after)]

        return tf.while_loop(lambda t, *_: t < count, body, [0, *first])[1:]

    return tf.nest.pack_sequence_as(state, run(padded, count, *tf.nest.flatten(state)))
