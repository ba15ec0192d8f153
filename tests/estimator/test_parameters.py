"""Parameters: names and defaults of the flags, and the job that they make."""

import inspect
from pathlib import Path
from typing import Any

from rnn_textclf import RNNTextClassifier
from rnn_textclf.estimator.parameters import DEFAULTS, training_job
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import all_options


def job(**parameters: Any) -> TrainingJob:
    return training_job(DEFAULTS | parameters, Path("run"))


def test_names_and_defaults_are_those_of_the_flags() -> None:
    flags = {option.name: option.default for option, _ in all_options(TrainingJob())}
    parameters = RNNTextClassifier().get_params()
    assert parameters.pop("ckpt_dir") is None
    assert parameters == {name: flags[name] for name in parameters}
    assert {"rnn_unit", "learning_rate", "num_epochs", "ensemble", "vocab_size", "seed"} < parameters.keys()
    assert parameters.keys().isdisjoint({"train_file", "test_fraction", "label_field", "folds", "tune", "verbosity"})


def test_defaults_make_the_job_of_no_flags() -> None:
    made = job()
    assert made.replace(given=frozenset()) == TrainingJob(Path("run"))
    assert made.given == DEFAULTS.keys() - {"ckpt_dir", "embedding_size"}


def test_values_of_numpy_and_pathlib_and_weights_by_class() -> None:
    made = job(embeddings=Path("vectors.txt"), class_weight={"bad": 2, 1: 0.5})
    assert made.data.embeddings == "vectors.txt"
    assert made.train.class_weight == "bad=2,1=0.5"


def test_a_bidirectional_network_has_no_loss_on_prefixes() -> None:
    assert job(bidirectional=True).train.prefix_loss_weight == 0


def test_every_parameter_is_in_the_help_and_in_the_signature() -> None:
    documented = inspect.getdoc(RNNTextClassifier) or ""
    for name, parameter in inspect.signature(RNNTextClassifier).parameters.items():
        assert f"  {name}: " in documented
        assert parameter.default is DEFAULTS[name]
