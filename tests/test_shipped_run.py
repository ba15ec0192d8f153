"""The run folder in git answers on a fresh clone, which also guards its format."""

from pathlib import Path

import pytest

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shipped() -> Predictor:
    return Predictor.load(SHIPPED_RUN)


def test_it_scores_the_tutorials_sentence_as_the_readme_shows(shipped: Predictor) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    scores = shipped.running_scores(InferenceJob().text)
    assert [word for word, _ in scores] == ["it", "was", "the", "worst", "movie", "i", "have", "ever", "seen"]
    for word, score in scores:
        assert f"\n{word} {score:.3f}\n" in readme


def test_it_knows_good_from_bad(shipped: Predictor) -> None:
    assert shipped.labels == ("negative", "positive")
    praise = ["a moving and beautifully acted film", "one of the best comedies of the year"]
    blame = ["a dull , lifeless mess", "too long and badly written"]
    assert shipped.predict(praise + blame) == ["positive"] * 2 + ["negative"] * 2


def test_it_has_no_optimizer_state_and_is_small() -> None:
    tracked = [path for path in SHIPPED_RUN.rglob("*") if path.is_file() and path.parent.name in ("best", "pretrained")]
    kept = [
        path for path in tracked if path.parent.name == "best" or not path.name.startswith(("model.ckpt", "events"))
    ]
    assert sum(path.stat().st_size for path in kept) < 8_000_000
