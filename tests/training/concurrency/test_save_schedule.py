"""Times of saving: by steps, by minutes, and never for more than a hundredth of the time."""

from rnn_textclf.training.concurrency.save_schedule import SaveSchedule


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_steps_are_counted_from_the_last_save() -> None:
    schedule = SaveSchedule(3, 0.0)
    schedule.begin(10)
    assert [schedule.is_due(step) for step in (11, 12, 13)] == [False, False, True]
    schedule.saved(13, 1e9)
    assert [schedule.is_due(step) for step in (14, 15, 16)] == [False, False, True]


def test_minutes_are_counted_from_the_last_save() -> None:
    clock = Clock()
    schedule = SaveSchedule(0, 2.0, clock)
    clock.now += 119
    assert not schedule.is_due(500)
    clock.now += 1
    assert schedule.is_due(501)
    schedule.saved(501, 0.5)
    clock.now += 119
    assert not schedule.is_due(600)


def test_saving_that_takes_long_is_done_as_much_less_often() -> None:
    clock = Clock()
    schedule = SaveSchedule(0, 2.0, clock)
    schedule.saved(1, 30.0)
    clock.now += 2999
    assert not schedule.is_due(2)
    clock.now += 1
    assert schedule.is_due(2)


def test_zero_never_saves() -> None:
    clock = Clock()
    schedule = SaveSchedule(0, 0.0, clock)
    clock.now += 1e9
    assert not schedule.is_due(10**9)
