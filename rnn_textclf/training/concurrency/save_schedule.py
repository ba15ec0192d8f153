"""Times of the checkpoints amid an epoch, which a kill or a power cut then does not cost."""

import time
from collections.abc import Callable

_LARGEST_SHARE = 0.01  # Of the time that training takes.


class SaveSchedule:
    """Decides after each step whether to save.

    Args:
      steps: save after this many steps since the last save (0: however many there are).
      minutes: save after this many minutes since the last save (0: however long it was). A model whose saving takes
        longer than 1 % of them is saved as much less often.
      clock: the time in seconds.
    """

    def __init__(self, steps: int, minutes: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._steps, self._seconds, self._clock = steps, minutes * 60, clock
        self._last_step, self._last_time, self._cost = 0, clock(), 0.0

    def begin(self, step: int) -> None:
        """Counts from a global step and from now."""
        self._last_step, self._last_time = step, self._clock()

    def is_due(self, step: int) -> bool:
        """Whether the state after a global step is to be saved."""
        if self._steps and step - self._last_step >= self._steps:
            return True
        if not self._seconds:
            return False
        return self._clock() - self._last_time >= max(self._seconds, self._cost / _LARGEST_SHARE)

    def saved(self, step: int, seconds: float) -> None:
        """Counts from a save, which took some seconds."""
        self._cost = seconds
        self.begin(step)
