"""Shape of the network."""

from dataclasses import dataclass

from rnn_textclf.options import Config, option

PAIR_BUCKETS = 262_147  # The first prime above 2^18.


@dataclass(frozen=True)
class ModelConfig(Config):
    """Shape of the network, without which a checkpoint cannot be read."""

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
    pair_buckets: int = option(
        PAIR_BUCKETS,
        "Rows of the hash table of direct scores of pairs (>= 1); unless given, fewer where classes are many or memory "
        "is short.",
        low=1,
        absent=PAIR_BUCKETS,
    )
    loss: str = option(
        "softmax",
        "Output layer and loss: softmax (one class each) or sigmoid (independent classes).",
        choices=("softmax", "sigmoid"),
    )
