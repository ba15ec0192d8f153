"""scikit-learn's own checks of an estimator; those that give it numbers reach it through words for them."""

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.exceptions import SkipTestWarning
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator, estimator_checks_generator

from tests.estimator.small import SIZE, OnNumbers, small

CHEAP: list[Callable[[str, Any], None]] = [  # They fit nothing.
    estimator_checks.check_estimator_repr,
    estimator_checks.check_valid_tag_types,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_set_params,
]


@pytest.mark.parametrize("check", CHEAP, ids=lambda check: check.__name__)
def test_the_interface(check: Callable[[str, Any], None]) -> None:
    check("RNNTextClassifier", small())


def test_checks_for_text_input() -> None:
    """All that scikit-learn runs on an estimator whose rows are texts, as its tags say."""
    with pytest.warns(SkipTestWarning, match="requires input"):
        checks = list(estimator_checks_generator(small()))
    for estimator, check in checks:
        check(estimator)


@pytest.mark.slow
def test_all_checks_on_words_for_numbers() -> None:
    """No exceptions: what cannot be, such as sparse rows, the tags say or the adapter refuses as it should."""
    outcomes = check_estimator(OnNumbers(**SIZE | {"num_epochs": 3}), on_fail=None, on_skip=None)
    failed = {outcome["check_name"]: outcome["exception"] for outcome in outcomes if outcome["status"] == "failed"}
    assert failed == {}
    assert len(outcomes) > 50
