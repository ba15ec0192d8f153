"""Loss, optimizer, regularization, distillation and seed."""

from dataclasses import dataclass

from rnn_textclf.options import Config, ConfigError, PathKind, option


@dataclass(frozen=True)
class TrainConfig(Config):
    """Loss, optimizer, regularization, distillation and seed."""

    learning_rate: float = option(4e-3, "Adam's step size in the first epoch (> 0).", above=0)
    learning_rate_decay_factor: float = option(
        1.0, "Factor of the learning rate after each epoch (0 < x <= 1).", above=0, high=1
    )
    max_gradient_norm: float = option(5.0, "Gradients are clipped to this global norm (> 0).", above=0)
    num_epochs: int = option(
        0,
        "Passes over the training rows in total, earlier ones included (>= 0; 0: 5, and up to 40 where rows are few).",
        low=0,
        adjustable=True,
    )
    batch_size: int = option(64, "Sentences a step (>= 1).", low=1)
    dropout: float = option(
        0.7,
        "Share of each layer's inputs and of the features dropped in training (0 <= x < 1).",
        low=0,
        below=1,
    )
    direct_dropout: float = option(
        0.0,
        "Share of the direct scores of words, stems and pairs left out in training (0 <= x < 1).",
        low=0,
        below=1,
        absent=0.0,
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
    swap_entities: float = option(
        0.0,
        "Share of the names, places, numbers, nationalities, religions and orientations in the training text that are "
        "exchanged for others of their kind, anew in each epoch; above 0 those of a kind share a vector (0 to 1).",
        low=0,
        high=1,
        absent=0.0,
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
        "Stop after this many epochs without a better one, see --best_by (>= 0; 0 never stops early).",
        low=0,
        adjustable=True,
    )
    best_by: str = option(
        "loss",
        "Measure on the validation rows that chooses the epoch to keep and test; macro_f1 counts rare classes as much "
        "as frequent ones.",
        choices=("loss", "accuracy", "macro_f1"),
        absent="loss",
    )
    keep_checkpoints: int = option(2, "Last checkpoints kept beside the best one (>= 1).", low=1, adjustable=True)
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
        None,
        "Run folders, separated by commas, whose averaged probabilities are learned beside the labels.",
        path=PathKind.RUNS,
    )
    soft_labels: str | None = option(
        None,
        "TSV, CSV or JSON lines (.gz): texts with a probability for each class, learned beside the labels; texts that "
        "are no rows become training sentences. {fold} in its name is a fold's number.",
        path=PathKind.FOLD_FILE,
        absent=None,
    )
    distil_weight: float = option(
        0.7,
        "With --distil_from or --soft_labels: weight of those probabilities against the labels (0 to 1).",
        low=0,
        high=1,
    )
    distil_sentences: int = option(
        0,
        "With --distil_from: sentences of the --unlabelled text that are learned too, as the teachers decide (>= 0).",
        low=0,
    )
    freeze_embeddings: bool = option(
        False, "Leave the vectors of --embeddings, or else of --pretrain, as they are; other words still learn."
    )
    seed: int = option(1, "Fixes the split, the order, the first weights and dropout (0 to 2^31 - 1).", low=0)

    def __post_init__(self) -> None:
        """Also refuses one mask a sentence where nothing is dropped, and a teacher without a name."""
        super().__post_init__()
        if self.variational_dropout and not self.dropout:
            raise ConfigError("variational_dropout needs --dropout above 0")
        if self.distil_from is not None and not all(self.distil_from.split(",")):
            raise ConfigError(f"distil_from={self.distil_from}: expected run folders, separated by commas")
