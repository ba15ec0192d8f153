"""From the command line to jobs, without TensorFlow."""

import dataclasses
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from absl import flags

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.errors import FlagError
from rnn_textclf.flags import inference_command_line, inference_job, training_command_line, training_job
from rnn_textclf.jobs import InferenceJob, TrainingJob
from rnn_textclf.options import Config, all_options

CONFIGS = {"model": ModelConfig, "train": TrainConfig, "data": DataConfig, "pretrain": PretrainConfig}
FIELDS = [(section, field) for section, kind in CONFIGS.items() for field in dataclasses.fields(kind)]
_WITH_VECTORS = ("freeze_embeddings", "vector_words", "unlabelled", "unlabelled_file")
TUTORIAL = [
    "--rnn_unit",
    "--learning_rate",
    "--learning_rate_decay_factor",
    "--max_gradient_norm",
    "--num_epochs",
    "--batch_size",
    "--num_hidden_units",
    "--num_layers",
    "--dropout",
    "--vocab_size",
    "--ckpt_dir",
]


def train(*arguments: str) -> TrainingJob:
    return training_job(["train.py", *arguments], training_command_line(flags.FlagValues()))


def infer(*arguments: str) -> InferenceJob:
    return inference_job(["infer.py", *arguments], inference_command_line(flags.FlagValues()))


def another_value(field: dataclasses.Field[Any]) -> Any:
    """A value that the option may have and does not have by default."""
    if field.metadata["choices"]:
        return next((choice for choice in field.metadata["choices"] if choice != field.default), None)
    if field.type is bool:
        return not field.default
    if isinstance(field.default, int):
        bounds = field.metadata["bounds"]
        return field.default + 7 if bounds["high"] is None else bounds["low"]
    return field.default / 2 if isinstance(field.default, float) else "other"


def test_no_flags_are_the_defaults() -> None:
    job = train()
    assert (job.model, job.train, job.data) == (ModelConfig(), TrainConfig(), DataConfig())
    assert job.ckpt_dir == Path("checkpoints")
    assert not job.given
    assert not job.overwrite


@pytest.mark.parametrize(("section", "field"), FIELDS, ids=lambda value: getattr(value, "name", value))
def test_every_option_is_a_flag_that_changes_the_job(section: str, field: dataclasses.Field[Any]) -> None:
    value = another_value(field)
    if value is None:
        pytest.skip("only one choice so far")
    needed = ["--train_file=rows.tsv"] if field.default is None or field.name == "skip_bad_rows" else []
    needed += ["--embeddings=skipgram"] if field.name in _WITH_VECTORS else []
    needed += ["--pretrain=labels", "--unlabelled=imdb"] if field.name.startswith("pretrain_") else []
    needed += ["--ensemble=2"] if field.name == "pretrain_each" else []
    needed += ["--distil_from=teacher"] if field.name.startswith("distil_") and field.name != "distil_from" else []
    needed += ["--unlabelled=imdb"] if field.name == "distil_sentences" else []
    job = train(*needed, f"--{field.name}={value}")
    assert getattr(getattr(job, section), field.name) == value
    assert field.name in job.given


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--num_layers=0", "--num_layers must be >= 1, got 0"),
        ("--num_layers=4294967296", "--num_layers must be <= 2147483647, got 4294967296"),
        ("--num_layers=1" + 320 * "0", "--num_layers must be <= 2147483647"),
        ("--num_layers=abc", "--num_layers=abc: must be a whole number"),
        ("--num_layers=", "--num_layers must be a whole number"),
        ("--num_layers", "Missing value for flag --num_layers"),
        ("--dropout=1.5", "--dropout must be < 1, got 1.5"),
        ("--dropout=1", "--dropout must be < 1, got 1.0"),
        ("--learning_rate=nan", "--learning_rate must be > 0, got nan"),
        ("--learning_rate=1e400", "--learning_rate must be finite, got inf"),
        ("--rnn_unit=foo", "--rnn_unit=foo: must be one of rnn, gru, lstm"),
        ("--vocab_size=2", "--vocab_size must be >= 3, got 2"),
        ("--valid_fraction=0.95", "must add up to less than 1"),
        ("--threads=-1", "--threads must be >= 0, got -1"),
        ("--ckpt_dir=", "--ckpt_dir must name a folder"),
        ("--num_layer=2", "--num_layer: unknown flag; did you mean --num_layers?"),
        ("--valid_file=x.tsv", "--valid_file needs --train_file"),
        ("--folds=1", "--folds must be 0 or >= 2"),
        ("--ensemble=0", "--ensemble must be >= 1"),
        ("--parallel_folds=2", "--parallel_folds needs --folds"),
        ("--parallel_folds=0", "--parallel_folds must be >= 1, got 0"),
        ("--distil_weight=0.5", "--distil_weight needs --distil_from or --soft_labels"),
        ("--distil_from=a,,b", "--distil_from=a,,b: expected run folders, separated by commas"),
        ("extra", "unexpected argument 'extra'"),
    ],
)
def test_a_wrong_value_is_one_line(argument: str, message: str) -> None:
    with pytest.raises(FlagError) as error:
        train(argument)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_status == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--folds=5", "--train_file=a.tsv", "--test_file=b.tsv"],
            "--folds and --test_file exclude each other: each fold is tested on another part",
        ),
        (["--folds=5", "--train_file=a.tsv", "--valid_file=b.tsv"], "--folds and --valid_file exclude each other"),
        (["--distil_from=a", "--distil_sentences=9"], "--distil_sentences needs --unlabelled or --unlabelled_file"),
        (["--pretrain=labels", "--unlabelled=imdb", "--pretrain_each"], "--pretrain_each needs --ensemble"),
        (["--folds=5", "--test_fraction=0.2"], "--folds and --test_fraction exclude each other"),
    ],
)
def test_flags_that_exclude_each_other(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        train(*arguments)


def test_several_runs_can_be_named_for_inference(tmp_path: Path) -> None:
    job = infer("--ckpt_dir=a,b,c")
    assert (job.ckpt_dir, job.more_runs) == (Path("a"), (Path("b"), Path("c")))
    (tmp_path / "a,b").mkdir()
    assert infer(f"--ckpt_dir={tmp_path}/a,b").ckpt_dir == tmp_path / "a,b"
    with pytest.raises(FlagError, match="expected run folders, separated by commas"):
        infer("--ckpt_dir=a,,b")


@pytest.mark.parametrize("line", [train, infer])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_in_groups_and_names_every_flag(line: Any, flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        line(flag)
    assert stopped.value.code == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    groups = [text for text in lines if text.endswith(":") and not text.startswith(" ")]
    wanted = ["Model:", "Training:", "Data:", "Run:"] if line is train else ["Text:", "Results:", "Run:"]
    assert [group for group in groups if group in wanted] == wanted
    assert max(map(len, lines)) <= 110
    assert shown.err == ""
    assert all(after.startswith("      ") for text, after in itertools.pairwise(lines) if text.startswith("  --"))


def test_the_tutorials_names_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train("--help")
    shown = capsys.readouterr().out
    assert [name for name in TUTORIAL if f"  {name}=" not in shown] == []


def test_numbers_have_a_range_and_a_default_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train("--help")
    shown = capsys.readouterr().out.split("\n  --")[1:]
    for text in shown:
        name, _, rest = text.partition("=")
        if rest.startswith(("INT", "FLOAT")) and name != "verbosity":
            assert "(" in rest, text
            assert "Default: " in " ".join(rest.split()), text


def test_a_flagfile_holds_flags_and_later_flags_win(tmp_path: Path) -> None:
    recipe = tmp_path / "small.flags"
    recipe.write_text("# a comment\n--rnn_unit=gru\n--num_layers=2\n\n--overwrite\n")
    job = train(f"--flagfile={recipe}", "--num_layers=3")
    assert (job.model.rnn_unit, job.model.num_layers, job.overwrite) == ("gru", 3, True)
    assert job.given >= {"rnn_unit", "num_layers"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (b"--num_layers=0\n", "--num_layers must be >= 1"),
        (b"--layers=1\n", ":1: --layers: unknown flag; did you mean --num_layers?"),
        (b"num_layers=2\n", "unexpected argument 'num_layers=2'"),
        (b"\xff\xfe\x00--seed=1\n", ": not UTF-8"),
    ],
)
def test_a_bad_flagfile_is_one_line(content: bytes | None, message: str, tmp_path: Path) -> None:
    recipe = tmp_path / "small.flags"
    if content is not None:
        recipe.write_bytes(content)
    with pytest.raises(FlagError) as error:
        train(f"--flagfile={recipe}")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert "ERROR" not in str(error.value)


def test_the_tutorials_own_settings() -> None:
    job = train("--flagfile=rnn_textclf/recipes/tutorial.flags")
    model_values = (job.model.rnn_unit, job.model.num_hidden_units, job.model.num_layers, job.model.loss)
    assert model_values == ("gru", 300, 1, "sigmoid")
    train_values = (
        job.train.learning_rate,
        job.train.learning_rate_decay_factor,
        job.train.max_gradient_norm,
    )
    assert train_values == (1e-5, 0.99, 5.0)
    assert (job.train.num_epochs, job.train.batch_size, job.train.dropout) == (100, 64, 0.5)
    assert job.train.prefix_loss_weight == 0
    assert job.data.vocab_size == 5000


def test_a_model_that_reads_both_ways_has_no_loss_on_prefixes() -> None:
    assert train("--bidirectional").train == TrainConfig(prefix_loss_weight=0.0)
    assert train("--bidirectional", "--prefix_loss_weight=0").train.prefix_loss_weight == 0
    assert train("--nobidirectional", "--prefix_loss_weight=0.3").train.prefix_loss_weight == 0.3
    with pytest.raises(FlagError, match="--bidirectional and --prefix_loss_weight exclude each other"):
        train("--bidirectional", "--prefix_loss_weight=0.3")


def test_inference_by_default_scores_the_tutorials_sentence() -> None:
    job = infer()
    assert job.text == "it was the worst movie i have ever seen"
    assert (job.input, job.format, job.ckpt_dir, job.fall_back) == (None, "table", Path("checkpoints"), True)


def test_a_run_folder_that_was_named_is_not_replaced_by_the_shipped_one() -> None:
    assert not infer("--ckpt_dir=checkpoints").fall_back


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--text=a", "--input=b"], "--input and --text exclude each other"),
        (["--format=xml"], "--format=xml: must be one of table, tsv, jsonl"),
        (["--num_layers=2"], "--num_layers: unknown flag"),
        (["it was bad"], "unexpected argument 'it was bad'"),
        (["--attention", "--evaluate=a.tsv"], "--evaluate and --attention exclude each other"),
        (["--attention", "--export=a"], "--export and --attention exclude each other: an export scores no text"),
        (["--attention", "--input=a"], "--attention needs --format=jsonl or --html: --input prints no words otherwise"),
    ],
)
def test_inference_refuses_what_it_cannot_do(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        infer(*arguments)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--freeze_embeddings"], "--freeze_embeddings needs --embeddings or --pretrain"),
        (["--vector_words=5"], "--vector_words needs --embeddings"),
        (
            ["--unlabelled=imdb"],
            "--unlabelled needs --embeddings=skipgram, --pretrain=lm, --pretrain=labels, --distil_sentences or "
            "--mask_entities",
        ),
        (["--unlabelled_file=x", "--embeddings=glove"], "--unlabelled_file needs --embeddings=skipgram"),
        (["--pretrain=lm"], "--pretrain=lm needs --unlabelled, --unlabelled_file or --pretrain_file"),
        (
            ["--pretrain=labels,lm", "--unlabelled=imdb"],
            "--pretrain=labels,lm: a language model begins anew, so that labels would be lost; give lm,labels",
        ),
        (["--pretrain=labels"], "--pretrain=labels needs --unlabelled or --pretrain_file"),
        (["--pretrain=lm", "--pretrain_file=x"], "--pretrain_file needs --pretrain=labels"),
        (["--pretrain=lm,lm"], "give lm, labels, lm,labels, none or the path"),
        (["--pretrain_epochs=3"], "--pretrain_epochs needs --pretrain"),
        (["--embeddings="], "--embeddings must name a file"),
    ],
)
def test_vector_flags_that_would_change_nothing_are_refused(arguments, complaint):
    with pytest.raises(FlagError, match=complaint):
        train(*arguments)


def test_attention_of_many_texts_where_words_are_shown(tmp_path: Path) -> None:
    page = f"--html={tmp_path / 'a.html'}"
    for shown in ("--format=jsonl", page):
        assert infer("--attention", "--input=a", shown).results.attention


def paths(job: Config) -> list[str]:
    return [option.name for option, _ in all_options(job) if option.metadata["path"]]


@pytest.mark.parametrize(
    ("start", "name"),
    [*((train, name) for name in paths(TrainingJob())), *((infer, name) for name in paths(InferenceJob()))],
)
def test_an_empty_path_is_an_error(start: Any, name: str) -> None:
    with pytest.raises(FlagError, match=f"^--{name} must name ") as error:
        start(f"--{name}=")
    assert error.value.exit_status == 2


@pytest.mark.parametrize("name", ["text_field", "label_field", "encoding"])
def test_an_empty_name_is_an_error(name: str) -> None:
    with pytest.raises(FlagError, match=f"^--{name} must not be empty"):
        train("--train_file=a.tsv", f"--{name}=")


def test_what_may_be_empty() -> None:
    assert infer("--text=").text == ""
    assert train("--class_weight=").train.class_weight == ""


def test_a_flagfile_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "bom.flags").write_bytes(b"\xef\xbb\xbf--seed=9\r\n")
    assert train(f"--flagfile={tmp_path / 'bom.flags'}").train.seed == 9


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--overwrite=maybe", "--overwrite=maybe: must be true or false"),
        ("--dropout=a: b", "--dropout=a: b: must be a number"),
        ("--file_format=text", "--file_format=text: must be one of tsv, csv, jsonl, fasttext, folder"),
        ("--rnn_unit=", "--rnn_unit must be one of rnn, gru, lstm"),
        ("--verbosity=-4", "--verbosity must be >= -3, got -4"),
    ],
)
def test_a_value_that_does_not_parse_names_the_flag(argument: str, message: str) -> None:
    with pytest.raises(FlagError) as error:
        train(argument)
    assert str(error.value) == message


def test_several_exports_go_together(tmp_path: Path) -> None:
    job = infer("--export=a", "--export_vectors=b", "--compact=c", "--compact_words=9")
    assert (job.export, job.export_vectors, job.compact, job.compact_words) == (Path("a"), Path("b"), Path("c"), 9)
    with pytest.raises(FlagError, match="--compact_words needs --compact"):
        infer("--export=a", "--compact_words=9")


def test_every_flag_is_in_the_help_once(capsys: pytest.CaptureFixture[str]) -> None:
    for start, line in ((train, training_command_line), (infer, inference_command_line)):
        with pytest.raises(SystemExit):
            start("--help")
        shown = capsys.readouterr().out
        for name in line(flags.FlagValues()).state().values:
            assert len(re.findall(rf"^  --(\[no\])?{name}\b", shown, re.MULTILINE)) == 1, name
