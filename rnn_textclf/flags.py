"""The command line: FLAGS in named groups, and the configurations that they make.

This file and the two scripts are the only ones that know FLAGS; everything below takes plain values.
"""

import dataclasses
import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from absl import flags
from absl import logging as _defines_verbosity  # noqa: F401

from rnn_textclf import training_options
from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.errors import FlagError
from rnn_textclf.inference_options import ResultOptions, ScoringOptions, contradiction
from rnn_textclf.jobs import InferenceJob, TrainingJob
from rnn_textclf.options import Config, ConfigError, field_type
from rnn_textclf.serving_options import ServingOptions
from rnn_textclf.training_options import fit_to_model

GROUPS: dict[str, type[Config]] = {
    "Model": ModelConfig,
    "Training": TrainConfig,
    "Data": DataConfig,
    "Pretraining": PretrainConfig,
}
DEFAULT_CKPT_DIR = "checkpoints"


class _Group(NamedTuple):
    title: str
    names: list[str]


class CommandLine:
    """The flags of one script.

    Args:
      summary: what the script does, for `--help`.
      values: where the flags live.
    """

    def __init__(self, summary: str, values: flags.FlagValues) -> None:
        self._summary = summary
        self._groups: list[_Group] = []
        self.values = values

    def add_group(self, title: str, names: Sequence[str]) -> None:
        """Lists flags, defined elsewhere, under a title of the help."""
        self._groups.append(_Group(title, list(names)))

    def add_config(self, title: str, config: type[Config]) -> None:
        """Defines a flag for each option of a configuration; those that it shares with others come last."""
        fields = sorted(dataclasses.fields(config), key=lambda field: field.name not in config.__annotations__)  # type: ignore[arg-type]
        for field in fields:
            _define(field, self.values)
        self.add_group(title, [field.name for field in fields])

    def parse(self, argv: Sequence[str]) -> None:
        """Reads the command line.

        Raises:
          FlagError: an unknown flag, a value that does not parse, or a stray argument.
          SystemExit: after `--help`.
        """
        try:
            stray = self.values(list(argv))[1:]
        except flags.Error as error:
            raise FlagError(" ".join(str(error).removeprefix("ERROR:: ").split())) from None
        except OSError as error:
            raise FlagError(f"--flagfile: {error.filename}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise FlagError(f"--flagfile: not UTF-8 ({error.reason}); give a text file with a flag a line") from None
        if self.values.help:
            print(self.help(argv[0]))
            raise SystemExit(0)
        if stray:
            raise FlagError(f"unexpected argument {stray[0]!r}: every option is a flag, such as --name=value")
        if self.values.verbosity < 0:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

    def config(self, kind: type[Config]) -> Any:
        """The configuration that the flags make. Raises FlagError where a value is not allowed."""
        names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        try:
            return kind(**{name: self.values[name].value for name in names})
        except ConfigError as error:
            raise FlagError(f"--{error}") from None

    def run_folder(self) -> Path:
        """What `--ckpt_dir` names. Raises FlagError where it is empty."""
        if not self.values.ckpt_dir:
            raise FlagError("--ckpt_dir must name a folder")
        return Path(self.values.ckpt_dir)

    def given(self) -> frozenset[str]:
        """The flags that the user set."""
        return frozenset(name for group in self._groups for name in group.names if self.values[name].present)

    def help(self, program: str) -> str:
        """The flags by group, each with its default."""
        usage = f"usage: {Path(program).name} [--flag=value ...] [--flagfile=FILE with a flag a line]"
        lines = [self._summary, "", usage]
        for group in self._groups:
            lines += ["", f"{group.title}:"]
            lines += [line for name in group.names for line in _help_lines(self.values[name])]
        return "\n".join(lines)


def training_command_line(values: flags.FlagValues = flags.FLAGS) -> CommandLine:
    """Defines the flags of `train.py`."""
    line = CommandLine("Trains a recurrent text classifier, or goes on with one.", values)
    for title, config in GROUPS.items():
        line.add_config(title, config)
    flags.DEFINE_bool("overwrite", False, "Start anew where the folder holds a run.", flag_values=values)
    flags.DEFINE_bool("download", False, "Fetch the official corpus into --data_dir, once.", flag_values=values)
    flags.DEFINE_integer(
        "parallel_folds",
        1,
        "Processes that train folds at a time (>= 1); they share out the threads.",
        lower_bound=1,
        flag_values=values,
    )
    _define_shared(values, "The run folder.")
    run = ["ckpt_dir", "overwrite", "download", "threads", "parallel_folds", "verbosity", "help"]
    line.add_group("Run", run)
    return line


def training_job(argv: Sequence[str], line: CommandLine) -> TrainingJob:
    """What `train.py` was asked to do. Raises FlagError."""
    line.parse(argv)
    model, given = line.config(ModelConfig), line.given()
    job = TrainingJob(
        ckpt_dir=line.run_folder(),
        model=model,
        train=fit_to_model(line.config(TrainConfig), model, given),
        data=line.config(DataConfig),
        given=given,
        overwrite=line.values.overwrite,
        download=line.values.download,
        threads=line.values.threads,
        pretrain=line.config(PretrainConfig),
        parallel_folds=line.values.parallel_folds,
    )
    if problem := training_options.contradiction(job):
        raise FlagError(problem)
    return job


def inference_command_line(values: flags.FlagValues = flags.FLAGS) -> CommandLine:
    """Defines the flags of `infer.py`."""
    line = CommandLine("Scores text with a trained run, word by word.", values)
    flags.DEFINE_string("text", InferenceJob._field_defaults["text"], "The sentence to score.", flag_values=values)
    flags.DEFINE_string(
        "input", None, "Score each line of this file (- for standard input) instead.", flag_values=values
    )
    flags.DEFINE_enum(
        "format",
        InferenceJob._field_defaults["format"],
        ["table", "tsv", "jsonl"],
        "How results are printed: for people, as tab-separated values, or as one JSON object a line.",
        flag_values=values,
    )
    flags.DEFINE_string("export", None, "Write a SavedModel for raw text to this new folder.", flag_values=values)
    flags.DEFINE_string(
        "export_vectors",
        None,
        "Write the word vectors to this new folder, for TensorBoard.",
        flag_values=values,
    )
    flags.DEFINE_string(
        "compact", None, "Write a small copy of the run, in 8 bits a weight, to this new folder.", flag_values=values
    )
    flags.DEFINE_integer(
        "compact_words",
        InferenceJob._field_defaults["compact_words"],
        "With --compact: most words that stay, the most frequent ones (>= 3).",
        lower_bound=3,
        flag_values=values,
    )
    flags.DEFINE_string(
        "nearest", None, "Show the words whose vectors are nearest to those of a word, or a,b,…", flag_values=values
    )
    _define_shared(values, "The run folder, or several, separated by commas, whose probabilities are averaged.")
    line.add_group("Text", ["text", "input"])
    line.add_group("Results", ["format"])
    line.add_config("Results of each text", ResultOptions)
    line.add_config("Evaluation", ScoringOptions)
    line.add_config("Serving", ServingOptions)
    line.add_group("Word vectors", ["nearest"])
    line.add_group("Export", ["export", "export_vectors", "compact", "compact_words"])
    line.add_group("Run", ["ckpt_dir", "threads", "verbosity", "help"])
    return line


def inference_job(argv: Sequence[str], line: CommandLine) -> InferenceJob:
    """What `infer.py` was asked to do. Raises FlagError."""
    line.parse(argv)
    if line.values["text"].present and line.values["input"].present:
        raise FlagError("--text and --input exclude each other")
    run, *more_runs = _run_folders(line)
    job = InferenceJob(
        ckpt_dir=run,
        text=line.values.text,
        input=line.values.input,
        format=line.values.format,
        threads=line.values.threads,
        fall_back=not line.values["ckpt_dir"].present,
        export=Path(line.values.export) if line.values.export else None,
        export_vectors=Path(line.values.export_vectors) if line.values.export_vectors else None,
        compact=Path(line.values.compact) if line.values.compact else None,
        compact_words=line.values.compact_words,
        results=line.config(ResultOptions),
        scoring=line.config(ScoringOptions),
        nearest=line.values.nearest,
        more_runs=tuple(more_runs),
        serving=line.config(ServingOptions),
    )
    if problem := contradiction(job.results, job.scoring, line.given(), job.format):
        raise FlagError(problem)
    return job


def _run_folders(line: CommandLine) -> list[Path]:
    """What `--ckpt_dir` names: one folder, or some separated by commas. Raises FlagError where one is empty."""
    whole = line.run_folder()
    if whole.is_dir():
        return [whole]  # a comma may be part of a name
    names = line.values.ckpt_dir.split(",")
    if not all(names):
        raise FlagError(f"--ckpt_dir={line.values.ckpt_dir}: expected run folders, separated by commas")
    return [Path(name) for name in names]


def _define_shared(values: flags.FlagValues, ckpt_dir_help: str) -> None:
    flags.DEFINE_string("ckpt_dir", DEFAULT_CKPT_DIR, ckpt_dir_help, flag_values=values)
    flags.DEFINE_integer(
        "threads", 0, "Threads to compute on (>= 0; 0: one a core).", lower_bound=0, flag_values=values
    )
    flags.DEFINE_bool("help", False, "Show this help.", short_name="h", flag_values=values)
    verbosity = flags.FLAGS["verbosity"]  # absl.logging has defined it there alone
    verbosity.help = "How much TensorFlow says: -1 as little as it can, 0 information, 1 and above details."
    if values is not flags.FLAGS:
        values["verbosity"] = verbosity


def _define(field: dataclasses.Field[Any], values: flags.FlagValues) -> None:
    text, choices = field.metadata["help"], field.metadata["choices"]
    if choices:
        flags.DEFINE_enum(field.name, field.default, list(choices), text, flag_values=values)
        return
    define = {
        bool: flags.DEFINE_bool,
        int: flags.DEFINE_integer,
        float: flags.DEFINE_float,
        str: flags.DEFINE_string,
    }[field_type(field)]
    define(field.name, field.default, text, flag_values=values)


def _help_lines(flag: Any) -> list[str]:
    choices = "|".join(getattr(flag.parser, "enum_values", []))
    value = choices or flag.flag_type().upper()
    usage = f"  --[no]{flag.name}" if flag.boolean else f"  --{flag.name}={value}"
    default = "" if flag.default in (None, "") or flag.boolean else f" Default: {flag.default}."
    text = flag.help.removeprefix(f"<{choices}>: ") + default  # absl repeats the choices there
    return [usage, *textwrap.wrap(text, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)]
