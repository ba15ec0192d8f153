"""`infer.py --serve`: its flags, and the packages that it needs."""

import sys

import pytest
from absl import flags

from rnn_textclf.config.serving import ServingOptions
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.flags import inference_command_line, inference_job
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob


def infer(*arguments: str) -> InferenceJob:
    return inference_job(["infer.py", *arguments], inference_command_line(flags.FlagValues()))


def test_the_place_is_loopback_unless_told_otherwise() -> None:
    assert infer().serving == ServingOptions(serve=False)
    assert infer("--serve").serving == ServingOptions(serve=True, host="127.0.0.1", port=8000)
    given = infer("--serve", "--host=0.0.0.0", "--port=0", "--ckpt_dir=runs/a", "--threads=2")
    assert given.serving == ServingOptions(serve=True, host="0.0.0.0", port=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port=9000"], "--port needs --serve"),
        (["--host=0.0.0.0"], "--host needs --serve"),
        (["--serve", "--port=65536"], "--port must be <= 65535"),
        (["--serve", "--host="], "--host must not be empty"),
        (["--serve", "--text=a film"], "--serve and --text exclude each other"),
        (["--serve", "--evaluate=a.tsv"], "--serve and --evaluate exclude each other"),
    ],
)
def test_flags_that_cannot_be_meant(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        infer(*arguments)


def test_a_missing_package_is_one_line_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from rnn_textclf.inference.commands import infer as run_job

    for name in [name for name in sys.modules if name.startswith("rnn_textclf.inference.serving")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("rnn_textclf.inference.serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(UserError, match=r"^--serve needs uvicorn, which is not installed: pip install"):
        run_job(InferenceJob(SHIPPED_RUN, serving=ServingOptions(serve=True)))
