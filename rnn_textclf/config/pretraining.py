"""Pretraining on other text."""

from dataclasses import dataclass

from rnn_textclf.options import Config, ConfigError, PathKind, option

NONE = "none"


@dataclass(frozen=True)
class PretrainConfig(Config):
    """Training on other text, before the training rows are seen."""

    pretrain: str | None = option(
        None,
        "Begin with weights learned from other text: lm (a language model), labels (the same task on other "
        "labelled text), lm,labels (one after the other), the path of a run folder (with --folds, of a "
        "cross-validation by the same folds; with --ensemble, of an ensemble, whose members begin one each), or none. "
        "Where it is not given, short texts of a --train_file whose words the shipped run knows begin with that run, "
        "all others with none.",
        path=PathKind.RUN,
        words=("lm", "labels", "lm,labels", "labels,lm", NONE),
    )
    pretrain_file: str | None = option(
        None,
        "Labelled text for --pretrain=labels, read as --train_file is; else that of --unlabelled.",
        path=PathKind.DATA,
    )
    pretrain_dir: str = option(
        "checkpoints/pretraining",
        "Folder where pretrained runs are kept, to be used again.",
        path=PathKind.FOLDER,
        adjustable=True,
    )
    pretrain_epochs: int = option(2, "Passes over the text of each pretraining (>= 1).", low=1)
    pretrain_learning_rate: float = option(2e-3, "Adam's step size in pretraining's first epoch (> 0).", above=0)
    pretrain_decay_factor: float = option(0.5, "Factor of that rate after each epoch (0 < x <= 1).", above=0, high=1)
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
        """Kinds of pretraining, in turn; none for a run folder that is there already."""
        stages = tuple((self.pretrain or "").split(","))
        return stages if set(stages) <= {"lm", "labels"} else ()

    @property
    def run(self) -> str | None:
        """Path of the run folder that weights are taken from; None for stages, and for none."""
        return None if self.stages or self.pretrain == NONE else self.pretrain

    def __post_init__(self) -> None:
        """Also refuses stages that mean nothing."""
        super().__post_init__()
        if self.pretrain == "" or len(set(self.stages)) < len(self.stages):
            raise ConfigError(f"pretrain={self.pretrain}: give lm, labels, lm,labels, none or the path of a run folder")
