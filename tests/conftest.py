"""What all tests share; no chatter of TensorFlow, which must be said before it loads."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples each time, and none that fails because the machine is busy.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# A shell that starts the tests in the background has told them to ignore Ctrl-C, for which some tests wait.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def console_messages() -> None:
    """Messages go to stderr in tests as in the scripts, whether one of them ran before or not."""
    from rnn_textclf import console

    console.show_messages()


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts() -> Iterator[None]:
    """Nothing waits for the disk, of which only a power cut makes a difference; programs that tests start do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def messages() -> Iterator[list[str]]:
    """The messages that the package logs during a test."""
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("rnn_textclf")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with forty sentences in the Cornell corpus's two files."""
    from tests.tiny_runs import write_corpus

    return write_corpus(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def scored_run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What training forty sentences ends with; its run folder is `.folder`. Copy it to change it."""
    from tests.tiny_runs import job, train, write_corpus

    folder: Path = tmp_path_factory.mktemp("scored")
    data = write_corpus(folder / "data")
    options = {
        "num_epochs": 8,
        "learning_rate": 0.05,
        "dropout": 0.0,
        "valid_fraction": 0.2,
        "test_fraction": 0.2,
    }
    return train(job(folder / "run", data, **options))


@pytest.fixture(scope="session")
def predictor(scored_run: Any) -> Any:
    """That run, ready to score."""
    from rnn_textclf.inference.predictor import Predictor

    return Predictor.load(scored_run.folder.path, 1)
