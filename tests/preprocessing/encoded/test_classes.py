from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.classes import class_names, preview, warn_of_rare_classes
from tests.preprocessing.encoded.test_encoded_corpus import encode

PATH = Path("a.csv")


def test_numbers_that_are_spelled_in_two_ways_are_one_class():
    names, classes = class_names(["1.0", "0", "1", "0.0", "2.0", "x"], None, PATH)
    assert names == ["0", "1", "2.0", "x"]
    assert classes.tolist() == [1, 0, 1, 0, 2, 3]


def test_classes_of_a_run_stay_as_they_are():
    names, classes = class_names(["b"], ("c", "b", "a"), PATH)
    assert (names, classes.tolist()) == (["c", "b", "a"], [1])
    with pytest.raises(UserError, match="'d' is not one of c, b, a"):
        class_names(["d"], ("c", "b", "a"), PATH)


def test_many_numbers_with_fractions_are_a_question():
    with pytest.raises(UserError, match=r"are these classes\? .* 180 different numbers, such as 0\.0"):
        class_names([f"{number / 360:.4f}" for number in range(180)], None, PATH)
    stars = [f"{number / 2}" for number in range(11)]
    assert class_names(stars, None, PATH)[0] == sorted(stars)


@pytest.mark.parametrize(
    ("counts", "warning"),
    [
        ([1, 1, 1, 1, 2], "5 classes for 6 texts"),
        ([50, 2, 1], "2 of 3 classes have one or two examples"),
        ([50, 3], ""),
        ([2, 2], "2 of 2 classes"),
    ],
)
def test_classes_that_can_hardly_be_learned(counts, warning, messages):
    warn_of_rare_classes("a", [f"c{place}" for place in range(len(counts))], np.array(counts), sum(counts))
    assert len(messages) == bool(warning)
    assert warning in "".join(messages)


def test_a_class_with_a_high_number_in_a_file_with_few_of_the_classes(tmp_path):
    labels = tuple(f"c{number:03d}" for number in range(300))
    encoded = encode([("good", ["c299"]), ("bad", ["c000"])], tmp_path / "cache", labels=labels)
    assert [encoded.labels[id] for id in encoded.label_ids.values] == ["c299", "c000"]


def test_a_long_list_of_names_is_cut():
    assert preview([str(number) for number in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
