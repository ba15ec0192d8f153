"""What --class_weight becomes."""

import pytest

from rnn_textclf.errors import FlagError
from rnn_textclf.preprocessing.encoded.prepared_data import Subset
from rnn_textclf.training.class_weights import class_weights
from tests.preprocessing.encoded.test_prepared_data import Run

LABELS = ("a", "b", "c=d")
COUNTS = {"a": 24, "b": 12, "c=d": 6}


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Subset:
    rows = [(f"{label} w{i}", label) for label, count in COUNTS.items() for i in range(count)]
    held_out = [("one", "a"), ("one", "b")]
    return Run(tmp_path_factory.mktemp("run"), train_file=rows, valid_file=held_out, test_file=held_out).draw().train


def test_nothing_asked_for_is_no_weights(part: Subset) -> None:
    assert class_weights("", LABELS, part) is None


def test_balanced_classes_have_the_same_share_of_the_loss(part: Subset) -> None:
    weights = class_weights("balanced", LABELS, part)
    assert weights == {"a": 0.583333, "b": 1.166667, "c=d": 2.333333}
    shares = [weights[label] * count for label, count in COUNTS.items()]
    assert shares == pytest.approx([sum(COUNTS.values()) / 3] * 3, abs=1e-4)


def test_balance_is_that_of_the_training_rows(part: Subset) -> None:
    """As scikit-learn's compute_class_weight("balanced") of these rows, not of the corpus."""
    few = part._replace(indices=part.indices[[0, 1, 2, 30]])  # 3 rows of a, 1 of b, none of c=d
    assert class_weights("balanced", LABELS, few) == {"a": 0.444444, "b": 1.333333, "c=d": 1.333333}


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        ("a=2", {"a": 2.0, "b": 1.0, "c=d": 1.0}),
        ("b=.5,a=1e1", {"a": 10.0, "b": 0.5, "c=d": 1.0}),
        ("c=d=3", {"a": 1.0, "b": 1.0, "c=d": 3.0}),
    ],
)
def test_weights_by_name(part: Subset, specification: str, expected: dict[str, float]) -> None:
    found = class_weights(specification, LABELS, part)
    assert found == expected
    assert list(found) == list(LABELS)


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ("x=2", "no class 'x'; the classes are a, b, c=d"),
        ("a", "no class ''"),
        ("Balanced", "no class"),
        ("a=2,", "no class ''"),
        ("a=0", "'a=0' is not name=weight with a weight above 0"),
        ("a=-1", "'a=-1'"),
        ("a=nan", "'a=nan'"),
        ("a=inf", "'a=inf'"),
        ("a=", "'a='"),
        ("b=1,a=two", "'a=two'"),
    ],
)
def test_what_makes_no_sense_is_refused(part: Subset, specification: str, message: str) -> None:
    with pytest.raises(FlagError, match="--class_weight: ") as error:
        class_weights(specification, LABELS, part)
    assert message in str(error.value)
