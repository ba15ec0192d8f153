"""Tables of the flags that go together: rules of `train.py`, actions of `infer.py`."""

from rnn_textclf.command_line.flag_rules import Action, Excludes, Needs, Refuses, Rule
from rnn_textclf.config import FileOptions, PretrainConfig
from rnn_textclf.options import options_of

_FILE_FLAGS = tuple(field.name for field in options_of(FileOptions))
_PRETRAIN_FLAGS = tuple(field.name for field in options_of(PretrainConfig) if field.name != "pretrain")

TRAINING_RULES: tuple[Rule, ...] = (
    Needs(("valid_file", "test_file"), ("train_file",)),
    Needs(_FILE_FLAGS, ("train_file", "pretrain_file")),
    Needs(("parallel_folds",), ("folds",)),
    Needs(("tune_minutes",), ("tune",)),
    Needs(("task_index",), ("job_name",)),
    Excludes("tune", ("folds", "ensemble"), "each setting is one model; give the best ones these flags afterwards"),
    Excludes("folds", ("test_fraction", "valid_file", "test_file"), "each fold is tested on another part of the rows"),
    Excludes("bidirectional", ("prefix_loss_weight",), "there is no score after each word to train"),
    Needs(("freeze_embeddings",), ("embeddings", "pretrain")),
    Needs(("freeze_embeddings",), ("embeddings",), when="pretrain=none"),
    Needs(("vector_words",), ("embeddings",)),
    Needs(("distil_weight",), ("distil_from", "soft_labels")),
    Needs(("distil_sentences",), ("distil_from",)),
    Excludes("soft_labels", ("distil_from",), "both say what the training rows are learned as"),
    Needs(("distil_sentences",), ("unlabelled", "unlabelled_file"), "they are taken from that text"),
    Needs(
        ("unlabelled", "unlabelled_file"),
        ("embeddings=skipgram", "pretrain=lm", "pretrain=labels", "distil_sentences", "mask_entities"),
    ),
    Needs(_PRETRAIN_FLAGS, ("pretrain=lm", "pretrain=labels")),
    Needs(("pretrain_file",), ("pretrain=labels",)),
    Needs(("pretrain_each",), ("ensemble",)),
    Refuses("pretrain", "labels,lm", "a language model begins anew, so that labels would be lost; give lm,labels"),
    Excludes("pretrain=lm", ("bidirectional",), "a language model must not see the words that it is to predict"),
    Needs(("pretrain=lm",), ("unlabelled", "unlabelled_file", "pretrain_file"), "it learns from that text"),
    Needs(("pretrain=labels",), ("unlabelled", "pretrain_file"), "it learns from labelled text"),
)

_TABLE_FLAGS = ("output", "text_field", "file_format")
_WORD_FLAGS = ("top_k", "target_class", "attention", "html")
_EXPORTS = ("export", "export_vectors", "compact")
_TEXTS_OF_EVALUATION = "--evaluate shows texts only with --errors=N"
_NO_TEXT = {"": "an export scores no text"}

# By the flag that asks for each action; the last is done where none is asked for. An action to come needs its row
# here and its flags in an options class.
INFERENCE_ACTIONS: dict[str, Action] = {
    "serve": Action(takes=("host", "port", "allowed_hosts")),
    "nearest": Action(takes=("format",)),
    "export": Action(beside=_EXPORTS, refuses=_NO_TEXT),
    "export_vectors": Action(beside=_EXPORTS, refuses=_NO_TEXT),
    "compact": Action(takes=("compact_words",), beside=_EXPORTS, refuses=_NO_TEXT),
    "evaluate": Action(
        takes=("format", "errors", "unseen_rows", "allow_training_rows", "target_class", "html", *_FILE_FLAGS),
        rules=(
            Needs(("target_class", "html"), ("errors",), _TEXTS_OF_EVALUATION, "evaluate"),
            Excludes("unseen_rows", ("allow_training_rows",)),
        ),
    ),
    "input": Action(
        takes=("format", "encoding", "shard", *_TABLE_FLAGS, *_WORD_FLAGS),
        refuses={"plot": "--plot draws one sentence; give --text, or for many sentences --html"},
        rules=(
            Needs(("attention",), ("format=jsonl", "html"), "--input prints no words otherwise", "input"),
            Excludes("shard", ("input=-",), "each shard reads a file that all can open; name it"),
            Excludes("shard", ("html",), "pages cannot be put together"),
            *(Excludes(flag, _WORD_FLAGS, "a table has every class and no words", "input") for flag in _TABLE_FLAGS),
        ),
    ),
    "text": Action(takes=("format", "top_k", "target_class", "attention", "plot", "html")),
}
