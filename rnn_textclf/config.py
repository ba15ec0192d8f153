"""What a run is: frozen dataclasses, each option with its default, its range and its help in one place.

`flags.py` makes the command line from these fields, the run folder stores them as strict JSON, and everything
below takes them as plain values.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Self

from rnn_textclf.options import Config, ConfigError, check_keys, field_type, option

IMDB = ("imdb", "imdb50k")  # See `text/corpora/packaged.py`.


@dataclass(frozen=True)
class ModelConfig(Config):
    """The shape of the network: what a checkpoint cannot be read without."""

    rnn_unit: str = option("gru", "The recurrent unit.", choices=("rnn", "gru", "lstm"))
    num_hidden_units: int = option(128, "Hidden units a layer (>= 1).", low=1)
    num_layers: int = option(1, "Recurrent layers (>= 1), each with its own weights.", low=1)
    embedding_size: int = option(128, "Width of a word's vector (>= 1).", low=1)
    bidirectional: bool = option(
        False,
        "Each layer also reads backward. Needs --prefix_loss_weight=0, which is then the default; the running "
        "score then comes from scoring every prefix as a text of its own.",
    )
    pooling: str = option(
        "last",
        "Features after each word: the top layer's last output, or attention, the mean or the maximum over all so far.",
        choices=("last", "attention", "mean", "max"),
    )
    direct_scores: bool = option(
        True, "Add learned scores of single words and of pairs of neighbours to the recurrent net's logits."
    )
    loss: str = option(
        "softmax",
        "Output layer and loss: softmax (one class each) or sigmoid (independent classes).",
        choices=("softmax", "sigmoid"),
    )


@dataclass(frozen=True)
class TrainConfig(Config):
    """How the weights are found."""

    learning_rate: float = option(4e-3, "Adam's step size in the first epoch (> 0).", above=0)
    learning_rate_decay_factor: float = option(
        1.0, "What the learning rate is multiplied by after each epoch (0 < x <= 1).", above=0, high=1
    )
    max_gradient_norm: float = option(5.0, "Gradients are clipped to this global norm (> 0).", above=0)
    num_epochs: int = option(
        5, "Passes over the training rows in total, earlier ones included (>= 1).", low=1, adjustable=True
    )
    batch_size: int = option(64, "Sentences a step (>= 1).", low=1)
    dropout: float = option(
        0.7,
        "Share of each layer's inputs and of the features dropped in training (0 <= x < 1).",
        low=0,
        below=1,
    )
    variational_dropout: bool = option(
        False, "Drop the same of a layer's inputs after every word of a sentence, rather than others each time."
    )
    word_dropout: float = option(
        0.0,
        "Share of the training words that are read as if they were unknown (0 <= x < 1).",
        low=0,
        below=1,
    )
    weight_decay: float = option(
        0.0, "Each step shrinks the weights that it moves by this share of the learning rate (>= 0).", low=0
    )
    label_smoothing: float = option(
        0.0, "Share of each training target that is spread over all classes (0 <= x < 1).", low=0, below=1
    )
    adversarial: float = option(
        0.0, "Also learn from word vectors moved this far, a sentence, to where the loss grows (L2 norm, >= 0).", low=0
    )
    average_weights: float = option(
        0.0,
        "Validate, keep and test a running mean of the weights that forgets 1 - x a step (0 <= x < 1; 0: none).",
        low=0,
        below=1,
    )
    prefix_loss_weight: float = option(
        0.5, "Weight of the loss after each word against the loss at the last word (0 to 1).", low=0, high=1
    )
    patience: int = option(
        0,
        "Stop after this many epochs without a lower validation loss (>= 0; 0 never stops early).",
        low=0,
        adjustable=True,
    )
    keep_checkpoints: int = option(
        2, "How many of the last checkpoints are kept beside the best one (>= 1).", low=1, adjustable=True
    )
    class_weight: str = option(
        "", "Weight of each class in the loss: balanced, or name=weight,… (> 0); 1 for those left out."
    )
    log_count_ratio: float = option(
        0.1,
        "Direct scores start at this share of the class log-count ratios of the training rows, added to what they have "
        "from a pretraining, and then move as far as their ratios are large (>= 0; 0: none is added, all move as far).",
        low=0,
    )
    calibrate: bool = option(
        True,
        "After training, fit the temperature that makes validation rows' probabilities match their accuracy.",
        adjustable=True,
    )
    ensemble: int = option(
        1, "Models to train that differ in order, first weights and dropout, and answer by their mean (>= 1).", low=1
    )
    distil_from: str | None = option(
        None, "Run folders, separated by commas, whose averaged probabilities are learned beside the labels."
    )
    distil_weight: float = option(
        0.7, "With --distil_from: weight of those probabilities against the labels (0 to 1).", low=0, high=1
    )
    distil_sentences: int = option(
        0,
        "With --distil_from: sentences of the --unlabelled text that are learned too, as the teachers decide (>= 0).",
        low=0,
    )
    freeze_embeddings: bool = option(False, "Leave the vectors of --embeddings as they are; other words still learn.")
    seed: int = option(1, "Fixes the split, the order, the first weights and dropout (0 to 2^31 - 1).", low=0)

    def __post_init__(self) -> None:
        """Also refuses one mask a sentence where nothing is dropped, and a weight of teachers that are not there."""
        super().__post_init__()
        if self.variational_dropout and not self.dropout:
            raise ConfigError("variational_dropout needs --dropout above 0")
        for name in ("distil_weight", "distil_sentences"):
            if self.distil_from is None and getattr(self, name) != getattr(TrainConfig, name):
                raise ConfigError(f"{name} needs --distil_from")
        if self.distil_from is not None and not all(self.distil_from.split(",")):
            raise ConfigError(f"distil_from={self.distil_from}: expected run folders, separated by commas")


@dataclass(frozen=True)
class FileOptions(Config):
    """How a user's own labelled files are read."""

    file_format: str | None = option(
        None,
        "Format of the files, where the ending does not tell.",
        choices=("tsv", "csv", "jsonl", "fasttext", "folder"),
    )
    text_field: str | None = option(None, "Name or number (from 1) of the field with the text.")
    label_field: str | None = option(None, "Name or number (from 1) of the field with the label.")
    encoding: str | None = option(None, "Encoding of the files; else UTF-8, or Windows-1252 where that fails.")
    skip_bad_rows: bool = option(False, "Leave out rows that cannot be read, rather than stop.")


@dataclass(frozen=True)
class DataConfig(FileOptions):
    """Which text is learned from, and how it becomes ids."""

    dataset: str = option(
        "rt-polarity",
        "The corpus, unless --train_file names another: Cornell's, or IMDB sentences with their review's label, of "
        "25,000 or 50,000 reviews.",
        choices=("rt-polarity", *IMDB),
    )
    data_dir: str = option("data", "Folder of the corpus files, when they are there.", adjustable=True)
    train_file: str | None = option(
        None, "Your own labelled text: a file (TSV, CSV, JSON lines, fastText; .gz) or folder."
    )
    valid_file: str | None = option(None, "Validation rows of their own, in place of --valid_fraction.")
    test_file: str | None = option(None, "Test rows of their own, in place of --test_fraction.")
    vocab_size: int = option(20_000, "Most words known, padding and unknown included (>= 3).", low=3)
    min_count: int = option(1, "Times a word must occur in the training rows to be known (>= 1).", low=1)
    stems: bool = option(True, "Words that begin alike share a vector beside their own; unknown words have that one.")
    symbolize: bool = option(
        False, "Read numbers, years, money, web addresses, @users, emoticons and quoted titles as one symbol a kind."
    )
    max_length: int = option(1_000, "Words read of one text; the rest is cut off (>= 1).", low=1)
    valid_fraction: float = option(0.1, "Share of the rows kept for validation (0 < x < 1).", above=0, below=1)
    test_fraction: float = option(0.1, "Share of the rows kept for the test (0 < x < 1).", above=0, below=1)
    embeddings: str | None = option(
        None,
        "First word vectors: a file (GloVe, word2vec, fastText .vec, Numberbatch; .gz), glove, or skipgram. They "
        "decide --embedding_size, or fill its first numbers where a larger one is given.",
    )
    vector_words: int = option(
        20_000, "Most words taken from --embeddings beyond those of the training rows (>= 0).", low=0
    )
    unlabelled: str | None = option(
        None, "Packaged text for --embeddings=skipgram, --pretrain and --distil_sentences.", choices=IMDB
    )
    unlabelled_file: str | None = option(
        None, "Your own text for --embeddings=skipgram, --pretrain=lm and --distil_sentences, a text a line (.gz)."
    )
    folds: int = option(
        0, "Cross-validate: train as often, each time tested on another part of the rows (>= 2; 0: no).", low=0
    )

    def __post_init__(self) -> None:
        """Also refuses fractions that leave nothing to train on, and folds that leave nothing to test on."""
        super().__post_init__()
        if self.folds == 1:
            raise ConfigError("folds must be 0 or >= 2: with one fold nothing is left to train on")
        for name in ("valid_file", "test_file"):
            if self.folds and getattr(self, name) is not None:
                raise ConfigError(f"{name} and --folds exclude each other: folds are parts of the training file")
        if self.valid_fraction + self.test_fraction >= 1:
            raise ConfigError("valid_fraction and test_fraction must add up to less than 1")
        for name in ("valid_file", "test_file", "file_format", "text_field", "label_field", "encoding"):
            if getattr(self, name) is not None and self.train_file is None:
                raise ConfigError(f"{name} needs --train_file")
        if self.embeddings == "":
            raise ConfigError("embeddings must be glove, skipgram or the path of a file")


@dataclass(frozen=True)
class PretrainConfig(Config):
    """How weights are found on other text, before the training rows are seen."""

    pretrain: str | None = option(
        None,
        "Begin with weights learned from other text: lm (a language model), labels (the same task on other "
        "labelled text), lm,labels (one after the other), or the path of a run folder.",
    )
    pretrain_file: str | None = option(
        None, "Labelled text for --pretrain=labels, read as --train_file is; else that of --unlabelled."
    )
    pretrain_dir: str = option(
        "checkpoints/pretraining", "Where pretrained runs are kept, to be used again.", adjustable=True
    )
    pretrain_epochs: int = option(2, "Passes over the text of each pretraining (>= 1).", low=1)
    pretrain_learning_rate: float = option(2e-3, "Adam's step size in pretraining's first epoch (> 0).", above=0)
    pretrain_decay_factor: float = option(
        0.5, "What that is multiplied by after each epoch (0 < x <= 1).", above=0, high=1
    )
    pretrain_batch_size: int = option(128, "Sentences a step in pretraining (>= 1).", low=1)
    pretrain_dropout: float = option(0.4, "As --dropout, in pretraining (0 <= x < 1).", low=0, below=1)
    pretrain_words: int = option(40_000, "Most words known from the text of a pretraining (>= 3).", low=3)
    pretrain_seed: int = option(1, "As --seed, in pretraining (0 to 2^31 - 1).", low=0)
    pretrain_each: bool = option(
        False,
        "Each member of an --ensemble begins with a pretraining of its own, with another seed. They then differ more, "
        "and are right more often together.",
    )

    @property
    def stages(self) -> tuple[str, ...]:
        """The kinds of pretraining, in turn; none for a run folder that is there already."""
        stages = tuple((self.pretrain or "").split(","))
        return stages if set(stages) <= {"lm", "labels"} else ()

    def __post_init__(self) -> None:
        """Also refuses stages that mean nothing."""
        super().__post_init__()
        if self.pretrain == "" or len(set(self.stages)) < len(self.stages):
            raise ConfigError(f"pretrain={self.pretrain}: give lm, labels, lm,labels or the path of a run folder")


@dataclass(frozen=True)
class CorpusFacts(Config):
    """Where a run's sentences came from and what they were like, as found when it began."""

    source: str = option("", "Where the rows were found.")
    num_rows: int = option(0, "Labelled rows (>= 0).", low=0)
    sha256: str = option("", "SHA-256 of the corpus files' bytes, in hexadecimal.")
    multi_label: bool = option(False, "Whether some row has other than one label.")
    class_weights: dict | None = option(  # noqa: RUF009 - nothing changes it
        None, "Class name -> weight in the loss, where classes are weighted."
    )


@dataclass(frozen=True)
class RunConfig:
    """All that a run folder's `config.json` holds beside its format version."""

    model: ModelConfig
    train: TrainConfig
    data: DataConfig
    corpus: CorpusFacts
    pretrain: PretrainConfig = PretrainConfig()

    def __post_init__(self) -> None:
        """Raises ConfigError where sections contradict each other."""
        if self.model.bidirectional and self.train.prefix_loss_weight:
            raise ConfigError("train: prefix_loss_weight must be 0 where the model is bidirectional")

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values, one section a configuration."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`. Raises ConfigError, naming the section and the key."""
        sections: dict[str, Any] = {field.name: field_type(field) for field in dataclasses.fields(cls)}
        check_keys(values, set(sections))
        parts = {}
        for name, section in sections.items():
            try:
                parts[name] = section.from_json(values[name])
            except ConfigError as error:
                raise ConfigError(f"{name}: {error}") from None
        return cls(**parts)
