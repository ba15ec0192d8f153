"""The nearest flag to a name that is none."""

import pytest
from absl import flags

from rnn_textclf.command_line.flag_names import _OTHER_NAMES, nearest_flag
from rnn_textclf.flags import inference_command_line, training_command_line

TRAINING = training_command_line(flags.FlagValues()).state().values.keys()
INFERENCE = inference_command_line(flags.FlagValues()).state().values.keys()


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("epoch", "num_epochs"),
        ("epochs", "num_epochs"),
        ("num_epoch", "num_epochs"),
        ("num-epochs", "num_epochs"),
        ("lr", "learning_rate"),
        ("learning-rate", "learning_rate"),
        ("hidden_size", "num_hidden_units"),
        ("hidden_units", "num_hidden_units"),
        ("batch", "batch_size"),
        ("model_dir", "ckpt_dir"),
        ("output_dir", "ckpt_dir"),
        ("data", "train_file"),
        ("file", "train_file"),
        ("MaxLen", "max_length"),
        ("nostem", "nostems"),
        ("droput", "dropout"),
        ("qqqq", None),
    ],
)
def test_training(name: str, flag: str | None) -> None:
    assert nearest_flag(name, TRAINING) == flag


@pytest.mark.parametrize(
    ("name", "flag"),
    [("data", "evaluate"), ("file", "input"), ("sentence", "text"), ("topk", "top_k"), ("model_dir", "ckpt_dir")],
)
def test_inference(name: str, flag: str | None) -> None:
    assert nearest_flag(name, INFERENCE) == flag


def test_other_names_are_no_flags_and_what_is_meant_is_one() -> None:
    plain = {flag.replace("_", "") for flag in TRAINING | INFERENCE}
    for meant, names in _OTHER_NAMES.items():
        assert set(meant) <= TRAINING | INFERENCE
        for name in names.split():
            assert name == name.lower().replace("_", "")
            assert name not in plain, name
