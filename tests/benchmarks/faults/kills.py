"""SIGKILLs at random moments of training; every resumed run must equal the uninterrupted one bit for bit."""

import functools
import random
import shutil
import time
from pathlib import Path

from tests.benchmarks.faults.forks import Child
from tests.benchmarks.faults.same_run import difference
from tests.benchmarks.faults.settings import SETTINGS, Scene, Setting
from tests.benchmarks.faults.tally import Tally

_LIMIT = 300.0  # Seconds of a training that takes two.
_IN_A_ROW = 5  # Kills of one run before it is compared.


def train_whole(setting: Setting, run: Path, corpus: Path, **more: int) -> float:
    """Trains in a child; returns the seconds it took. Raises RuntimeError where it fails."""
    began = time.monotonic()
    child = Child(functools.partial(setting.train, run, corpus, **more), run.with_suffix(".log"))
    if wrong := child.complaint(_LIMIT):
        raise RuntimeError(f"{setting.name}: {wrong}")
    return time.monotonic() - began


def kill_trainings(number: int, scene: Scene, chance: random.Random) -> list[Tally]:
    """Kills `number` trainings or resumes, some in a row in the same folder; one tally a setting.

    Few kills are spent on few settings, each of which costs an uninterrupted training. The first is the scene's.
    """
    tallies = []
    settings = SETTINGS[: max(1, min(number // _IN_A_ROW, len(SETTINGS)))]
    for place, setting in enumerate(settings):
        of_setting = number // len(settings) + (place < number % len(settings))
        whole = scene.whole.with_name(f"whole{place}") if place else scene.whole
        seconds = train_whole(setting, whole, scene.corpus)
        tally = Tally(f"SIGKILL: {setting.name}")
        while tally.tried < of_setting:
            kills = min(_IN_A_ROW, of_setting - tally.tried)
            _kill_in_a_row(setting, kills, seconds, scene.corpus, whole, tally, chance)
        tallies.append(tally)
    return tallies


def _kill_in_a_row(
    setting: Setting, kills: int, seconds: float, corpus: Path, whole: Path, tally: Tally, chance: random.Random
) -> None:
    """Kills a run up to some times, trains it to its end and compares it; a loss is that of all its kills."""
    run = whole.with_name("killed")
    shutil.rmtree(run, ignore_errors=True)
    train = functools.partial(setting.train, run, corpus)
    moments = []
    for _ in range(kills):
        moment = chance.uniform(0, seconds)
        if not Child(train, run.with_suffix(".log")).killed_after(moment):
            break  # It was done before.
        moments.append(moment)
    wrong = Child(train, run.with_suffix(".log")).complaint(_LIMIT) or difference(whole, run)
    tally.tried += len(moments)
    if wrong:
        name = ", ".join(f"{moment:.2f}" for moment in moments)
        tally.losses += [f"{tally.kind}: after {name} s: {wrong}"] * len(moments)
