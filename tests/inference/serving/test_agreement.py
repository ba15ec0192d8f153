"""The word stream of real runs says what `Predictor` says of the text so far, whatever was typed before."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.serving.http.limits import words_in
from rnn_textclf.inference.serving.prefix_cache import PrefixCache
from tests.tiny_runs import job, train

_PIECES = [
    "the film",
    "SHINES",
    "isn't",
    "can't've",
    "'s",
    "n't",
    "(",
    "café",
    "cafe\u0301",
    "İstanbul",
    "क्षि",
    "—",
    "🙂",
]
_SYMBOLS = [
    '"A Fine Film"',
    "1999",
    "$9 . 50",
    "@me",
    "http://a.org/b",
    "<number>",
    "<3",
    ":-(",
    "5th",
    "«x»",
    "\ud83d",
]
TEXTS = st.lists(st.sampled_from(_PIECES + _SYMBOLS) | st.text(max_size=4), max_size=8).map(" ".join)


@pytest.fixture(scope="module")
def runs(scored_run: Any, data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Predictor]:
    """One run, the mean of two, and one that reads both ways and reads symbols."""
    both_ways = tmp_path_factory.mktemp("both-ways") / "run"
    options = {"bidirectional": True, "prefix_loss_weight": 0.0, "symbolize": True, "num_epochs": 1}
    train(job(both_ways, data, **options))
    one = scored_run.folder.path
    return {
        "one": Predictor.load(one, 1),
        "mean": Predictor.load([one, one], 1),
        "both ways": Predictor.load(both_ways, 1),
    }


@pytest.mark.parametrize("name", ["one", "mean", "both ways"])
def test_the_stream_agrees_with_predictions(runs: dict[str, Predictor], name: str) -> None:
    model = runs[name]
    cache = PrefixCache(model.read_on, 100_000)

    @given(text=TEXTS)
    @settings(max_examples=60)
    def check(text: str) -> None:
        [expected] = model.predictions([text], "positive")
        words = words_in(model, text)
        assert (words or ["<unk>"]) == expected.words
        assert [word for word in words if not model.knows(word)] == [word for word in expected.unknown if words]
        scores = [probabilities[1].item() for probabilities in cache.read(words)]
        assert scores == pytest.approx(expected.running_scores if words else [], abs=1e-5)

    check()
