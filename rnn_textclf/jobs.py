"""What a user asks of each script, as plain values: the hand-over from the flags to the floors below."""

from pathlib import Path
from typing import NamedTuple

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.inference_options import ResultOptions, ScoringOptions
from rnn_textclf.serving_options import ServingOptions

SHIPPED_RUN = Path(__file__).parents[1] / "checkpoints" / "pretrained"


class TrainingJob(NamedTuple):
    """What `train.py` is asked to do.

    ckpt_dir: the run folder.
    model, train, data, pretrain: every option, defaults included.
    given: names of the options that the user set; a run that goes on keeps its own for the others.
    overwrite: whether a run that is there already makes way.
    download: whether a corpus may be fetched.
    threads: for TensorFlow; 0 is as many as there are cores.
    parallel_folds: processes that train folds at a time and share out the threads.
    """

    ckpt_dir: Path
    model: ModelConfig
    train: TrainConfig
    data: DataConfig
    given: frozenset[str] = frozenset()
    overwrite: bool = False
    download: bool = False
    threads: int = 0
    pretrain: PretrainConfig = PretrainConfig()
    parallel_folds: int = 1


class InferenceJob(NamedTuple):
    """What `infer.py` is asked to do.

    ckpt_dir: the run folder.
    text: the sentence to score, unless `input` names a file, or - for standard input.
    format: table, tsv or jsonl.
    threads: for TensorFlow; 0 is as many as there are cores.
    fall_back: whether the shipped run answers while `ckpt_dir` holds none.
    export, export_vectors, compact: folders for the SavedModel, for the word vectors and for a small copy of the
      run; no text is scored then.
    compact_words: how many words that copy keeps at most.
    results: what is shown, and where.
    scoring: which labelled file is scored instead, and how it is read.
    nearest: words, with commas between them, whose nearest neighbours are shown instead.
    more_runs: run folders whose probabilities are averaged with those of the first.
    serving: whether the run is served over HTTP instead, and where.
    """

    ckpt_dir: Path
    text: str = "it was the worst movie i have ever seen"
    input: str | None = None
    format: str = "table"
    threads: int = 0
    fall_back: bool = False
    export: Path | None = None
    export_vectors: Path | None = None
    compact: Path | None = None
    compact_words: int = 30_000
    results: ResultOptions = ResultOptions()
    scoring: ScoringOptions = ScoringOptions()
    nearest: str | None = None
    more_runs: tuple[Path, ...] = ()
    serving: ServingOptions = ServingOptions()
