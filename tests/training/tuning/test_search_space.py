"""The search space: values that the flags allow, none that the user gave, and what is tried first."""

import importlib.util
from typing import Any

import pytest

from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.training.tuning.search_space import (
    Choice,
    first_settings,
    search_space,
    with_settings,
)


def all_values(values: Any) -> tuple[Any, ...]:
    return values.values if isinstance(values, Choice) else (values.low, values.high)


def test_every_value_is_one_that_the_flag_allows() -> None:
    for flag, values in search_space(()).items():
        for value in all_values(values):
            changed = with_settings(TrainingJob(), {flag: value})
            sections = (changed.model, changed.train, changed.data)
            assert value in [getattr(section, flag) for section in sections if hasattr(section, flag)]


def test_given_flags_are_left_alone() -> None:
    given = ("dropout", "embeddings", "num_epochs")
    assert not search_space(given).keys() & set(given)
    assert all(settings.keys().isdisjoint(given) for settings in first_settings(search_space(given)))


def test_nothing_is_left_where_all_are_given() -> None:
    with pytest.raises(FlagError, match=r"every flag that it tunes is given; leave out some of --pooling, "):
        search_space(search_space(()).keys() - {"patience"})


def test_the_first_setting_is_the_defaults_with_patience() -> None:
    first, *others = first_settings(search_space(()))
    job = with_settings(TrainingJob(), first)
    assert (job.model, job.data) == (TrainingJob().model, TrainingJob().data)
    assert (job.train.dropout, job.train.num_epochs, job.train.patience) == (0.7, 10, 2)
    assert first not in others
    assert all(settings.keys() == first.keys() for settings in others)


def test_the_shipped_run_is_tried_first_with_its_own_network_and_the_others_with_no_weights() -> None:
    space = search_space((), "shipped")
    first, *others = first_settings(space)
    job = with_settings(TrainingJob(), first)
    assert (job.pretrain.pretrain, job.data.embeddings, job.model) == ("shipped", None, TrainingJob().model)
    assert not job.given & {"num_hidden_units", "embedding_size", "bidirectional", "embeddings"}
    of_other_networks = [settings for settings in others if settings["bidirectional"] or settings.get("embeddings")]
    assert of_other_networks
    assert {settings["pretrain"] for settings in of_other_networks} == {"none"}
    assert "pretrain" not in search_space({"pretrain"}, "shipped")


def test_vectors_are_tried_where_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (object(), None):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name, found=found: found)
        space = search_space(())
        assert ("embeddings" in space) == (found is not None)
        assert len(first_settings(space)) >= 3


def test_a_bidirectional_network_has_no_loss_on_prefixes() -> None:
    job = with_settings(TrainingJob(), {"bidirectional": True, "prefix_loss_weight": 0.5, "embeddings": None})
    assert job.train.prefix_loss_weight == 0
    assert job.given == {"bidirectional", "prefix_loss_weight"}
