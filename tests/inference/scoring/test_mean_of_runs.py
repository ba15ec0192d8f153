"""Mean of several back ends, on back ends whose numbers are known."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.scoring.backend import RawPrediction
from rnn_textclf.inference.scoring.mean_of_runs import MeanOfRuns, load_backend
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PREFIX_SHARES, PrefixBatch
from rnn_textclf.runs.sessions import Sessions

CONFIG = RunConfig(ModelConfig(), TrainConfig(), DataConfig(), CorpusFacts())


class Constant:
    """Gives every text the same probability of its second class, and one less a word of running score."""

    def __init__(self, chance: float, words: Sequence[str] = (), attention: bool = True, **changes: Any) -> None:
        self.config: RunConfig = changes.get("config", CONFIG)
        self.labels: tuple[str, ...] = changes.get("labels", ("bad", "good"))
        self.vocabulary = Vocabulary(["<pad>", "<unk>", *words])
        self.temperature = 1.0
        self.models = [RunFolder(Path(f"run{chance}"))]
        self.checkpoints = [Path(f"run{chance}/best/model.ckpt-1")]
        self.attends = attention
        self._row = np.array([1 - chance, chance], np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile(self._row, (len(texts), 1))

    def predict_words(self, texts: Sequence[str]) -> list[RawPrediction]:
        attention = np.array([0.25, 0.75]) if self.attends else None
        return [RawPrediction(self._row, np.stack([self._row[::-1], self._row]), attention) for _ in texts]

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any]:
        return self._row, [*(state or []), text]

    def score_examples(self, encoded: Any) -> Iterator[PrefixBatch]:
        """Two batches of one example each, the first of which has its prefixes' classes the other way round."""
        for index, prefix in ((1, self._row[::-1]), (0, self._row)):
            targets = np.array([[False, True]])
            prefixes = np.tile(prefix, (1, len(PREFIX_SHARES), 1))
            yield PrefixBatch(np.array([index]), targets, np.array([4]), self._row[np.newaxis], prefixes)

    def knows(self, word: str) -> bool:
        return word in self.vocabulary


def test_every_array_is_the_mean() -> None:
    predictor = Predictor(MeanOfRuns([Constant(0.9, ["fine"]), Constant(0.7, ["film"])]))
    np.testing.assert_allclose(predictor.predict_proba(["a", "b"]), [[0.2, 0.8]] * 2, rtol=1e-6)
    (prediction,) = predictor.predictions(["zzz film"], attention=True)
    assert prediction.label == "good"
    np.testing.assert_allclose(prediction.running_scores, [0.2, 0.8], rtol=1e-6)
    assert prediction.attention == [0.25, 0.75]
    assert prediction.unknown == ["zzz"]
    assert [path.parts[0] for path in predictor.checkpoints] == ["run0.9", "run0.7"]
    assert predictor.checkpoint == predictor.checkpoints[0]


def test_the_temperature_applies_to_the_mean() -> None:
    """At temperature 2 odds become their square root: 0.8 / 0.2 = 4 -> 2."""
    predictor = Predictor(MeanOfRuns([Constant(0.9), Constant(0.7)], temperature=2.0))
    assert predictor.temperature == 2.0
    np.testing.assert_allclose(predictor.predict_proba(["a"]), [[1 / 3, 2 / 3]], rtol=1e-5)
    np.testing.assert_allclose([s for _, s in predictor.running_scores("a b")], [1 / 3, 2 / 3], rtol=1e-5)
    assert predictor.stream().read("a")["good"] == pytest.approx(2 / 3, rel=1e-5)


def test_examples_are_scored_by_the_mean_batch_by_batch() -> None:
    predictor = Predictor(MeanOfRuns([Constant(0.9), Constant(0.7)], temperature=2.0))
    scored = predictor.score_rows(None)  # type: ignore[arg-type]
    np.testing.assert_array_equal(scored.indices, [0, 1])
    np.testing.assert_allclose(scored.probabilities, [[1 / 3, 2 / 3]] * 2, rtol=1e-5)
    assert scored.prefixes_right.all(axis=1).tolist() == [True, False]
    assert not scored.prefixes_right[1].any()


def test_each_member_keeps_its_own_state() -> None:
    backend = MeanOfRuns([Constant(0.9), Constant(0.7)])
    _, state = backend.read_on("a", None)
    _, state = backend.read_on("b", state)
    assert state == [["a", "b"], ["a", "b"]]


def test_attention_needs_every_member() -> None:
    mean = MeanOfRuns([Constant(0.9), Constant(0.7, attention=False)])
    assert not mean.attends
    assert mean.predict_words(["a b"])[0].attention is None
    with pytest.raises(UserError, match="no attention"):
        Predictor(mean).predictions(["a b"], attention=True)


def test_means_nest() -> None:
    nested = MeanOfRuns([MeanOfRuns([Constant(0.9), Constant(0.7)]), Constant(0.4)])
    np.testing.assert_allclose(nested.probabilities(["a"]), [[0.4, 0.6]], rtol=1e-6)
    assert len(nested.models) == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": ("no", "yes")}, "run0.7: has the classes no, yes, but run0.9 has bad, good"),
        ({"config": replace(CONFIG, model=ModelConfig(loss="sigmoid"))}, "run0.7: differs from run0.9 in --loss"),
        ({"config": replace(CONFIG, data=DataConfig(max_length=9))}, "in --max_length"),
        ({"config": replace(CONFIG, data=DataConfig(symbolize=True))}, "in other words for the same text"),
        ({"config": replace(CONFIG, corpus=CorpusFacts(multi_label=True))}, "in rows with several labels"),
    ],
)
def test_runs_without_a_common_mean_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        MeanOfRuns([Constant(0.9), Constant(0.7, **changes)])


def test_no_run_is_refused() -> None:
    with pytest.raises(UserError, match="no run to load"):
        load_backend([], Sessions(1))
