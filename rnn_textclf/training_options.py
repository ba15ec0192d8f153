"""What the options of `train.py` say against each other, where no single configuration can tell."""

from rnn_textclf.config import DataConfig, PretrainConfig, TrainConfig


def contradiction(train: TrainConfig, data: DataConfig, pretrain: PretrainConfig, given: frozenset[str]) -> str | None:
    """What is wrong with the options together, or None; `given` are those that the user set."""
    unlabelled = data.unlabelled is not None or data.unlabelled_file is not None
    reads_it = data.embeddings == "skipgram" or pretrain.stages
    if unlabelled and not reads_it:
        return "--unlabelled and --unlabelled_file need --embeddings=skipgram or --pretrain"
    if pretrain.pretrain is None and (meaningless := sorted(name for name in given if name.startswith("pretrain_"))):
        return f"--{meaningless[0]} needs --pretrain"
    if pretrain.pretrain_file is not None and "labels" not in pretrain.stages:
        return "--pretrain_file needs --pretrain=labels or lm,labels"
    if "lm" in pretrain.stages and not unlabelled and pretrain.pretrain_file is None:
        return "--pretrain=lm needs text: --unlabelled=imdb, --unlabelled_file or --pretrain_file"
    if "labels" in pretrain.stages and data.unlabelled is None and pretrain.pretrain_file is None:
        return "--pretrain=labels needs labelled text: --unlabelled=imdb or --pretrain_file"
    if data.embeddings is None and train.freeze_embeddings:
        return "--freeze_embeddings needs --embeddings"
    if data.embeddings is None and "vector_words" in given:
        return "--vector_words needs --embeddings"
    return None
