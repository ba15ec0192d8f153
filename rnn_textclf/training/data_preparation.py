"""Data preparation: corpora, split and vocabulary of a run, drawn for one that begins, read for one that resumes."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.config import CorpusFacts, ModelConfig, RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.prepared_data import (
    EncodedCorpora,
    PreparedData,
    draw_split,
    prepare,
    training_vocabulary,
)
from rnn_textclf.preprocessing.encoded.splits import save_split
from rnn_textclf.preprocessing.entities.aliases import entity_aliases
from rnn_textclf.preprocessing.entities.word_lists import entity_words
from rnn_textclf.runs.folder.row_hashes import write_row_hashes
from rnn_textclf.runs.restoring import check_sizes
from rnn_textclf.runs.run_data import check_corpora, find_corpora, read_prepared_data, read_split
from rnn_textclf.training.capacity.model_size import DataSize, check_size, fit_direct_scores
from rnn_textclf.training.class_weights import class_weights
from rnn_textclf.training.distillation.soft_targets import DistillationData, write_soft_targets
from rnn_textclf.training.epochs import with_epochs
from rnn_textclf.training.initialisation.first_weights import FirstWeights
from rnn_textclf.training.run_setup import RunSetup, SharedData


def load_corpora(run: RunSetup, corpora: EncodedCorpora | None = None) -> EncodedCorpora:
    """The corpora of a run, found unless they are given. Raises UserError where they are not those it began with."""
    if run.stored:
        _check_places(run)
    corpora = corpora or find_corpora(run.folder, run.job.model, run.job.data, run.job.download)
    if run.stored:
        check_corpora(corpora, run.stored, run.folder)
    return corpora


def load_data(run: RunSetup, shared: SharedData | None = None) -> SharedData:
    """The corpora and the split of a run: the stored split, else that of the larger run, else a new one."""
    corpora = load_corpora(run, shared.corpora if shared else None)
    if run.stored:
        return SharedData(corpora, read_split(corpora, run.folder))
    return shared or SharedData(corpora, draw_split(corpora, run.job.data, run.job.train.seed))


def prepare_data(run: RunSetup, data: SharedData, first: FirstWeights, more_words: Sequence[str] = ()) -> PreparedData:
    """The examples of a run with its vocabulary: the stored one, or that of the training examples.

    Words of the vectors, `more_words` and all entities that are exchanged become known too; words of a pretrained run
    come before all and keep their ids.
    """
    if run.stored:
        prepared = read_prepared_data(*data, run.folder)
        if run.has_weights:
            check_sizes(run.folder.path, run.job.model, len(prepared.vocabulary), len(prepared.labels))
        return prepared
    entities = entity_words() if run.job.train.swap_entities else ()
    more_words = [*(first.vectors.words if first.vectors else ()), *more_words, *entities]
    pretrained = None if first.pretrained is None else first.pretrained.read_vocabulary()
    aliases = entity_aliases(run.job.data) if pretrained is None else pretrained.aliases
    vocabulary = training_vocabulary(*data, run.job.data, more_words, aliases)
    if pretrained is not None:
        vocabulary = pretrained.followed_by(vocabulary)
    return prepare(*data, vocabulary)


def configure(run: RunSetup, data: SharedData, prepared: PreparedData, first: FirstWeights) -> RunConfig:
    """The configuration of a run.

    Raises:
      FlagError: class weights are of classes that do not exist.
      UserError: the memory at hand is too little for the model.
    """
    size = _data_size(prepared, run.job.members)
    train = with_epochs(run.job.train, len(prepared.train.indices))
    if run.stored:
        check_size(run.job.model, train, size)
        return dataclasses.replace(run.config(corpus_facts(data.corpora)), train=train)
    model = fit_direct_scores(_model(run, first), train, size, run.job.given)
    check_size(model, train, size)
    weights = class_weights(train.class_weight, prepared.labels, prepared.train)
    config = run.config(corpus_facts(data.corpora, weights))
    return dataclasses.replace(config, model=model, train=train)


def corpus_facts(corpora: EncodedCorpora, weights: dict[str, float] | None = None) -> CorpusFacts:
    """Description of the corpora in `config.json`, with the weights of the classes."""
    return CorpusFacts(
        source=corpora.description,
        num_rows=corpora.num_examples,
        sha256=corpora.fingerprint,
        multi_label=corpora.multi_label,
        class_weights=weights,
    )


def save_run(
    run: RunSetup,
    config: RunConfig,
    data: SharedData,
    prepared: PreparedData,
    distillation: DistillationData | None,
) -> None:
    """Stores the configuration and, of a run that begins, its words, classes, split, row hashes and soft targets."""
    if run.stored is None:
        run.make_room()
        run.folder.write_words(prepared.vocabulary, prepared.labels)
        save_split(data.split, run.folder.split_path, data.corpora.main.fingerprint)
        learned = data.corpora.main.keys[data.split.train]
        if distillation is not None:
            learned = np.concatenate([learned, distillation.soft_targets.keys])
            write_soft_targets(run.folder, distillation.soft_targets)
        write_row_hashes(run.folder, learned)
    run.save(config)


def _check_places(run: RunSetup) -> None:
    """Raises UserError where a file of a run that is resumed is no longer where it was."""
    for name in ("train_file", "valid_file", "test_file"):
        path = getattr(run.job.data, name)
        if path is not None and not Path(path).exists():
            raise UserError(f"{path}: is not there any more; tell where the same rows are now with --{name}=PATH")


def _data_size(prepared: PreparedData, members: int) -> DataSize:
    lengths = prepared.train.dataset.lengths[prepared.train.indices]
    pairs = int(lengths.sum()) - len(lengths)
    return DataSize(
        len(prepared.vocabulary),
        len(prepared.labels),
        pairs,
        int(lengths.max(initial=1)),
        len(prepared.valid.indices),
        len(prepared.test.indices),
        members,
    )


def _model(run: RunSetup, first: FirstWeights) -> ModelConfig:
    """The network asked for; sizes that were not given are those of its first vectors or weights."""
    model, given = run.job.model, run.job.given
    if first.vectors is not None and "embedding_size" not in given:
        return dataclasses.replace(model, embedding_size=first.vectors.width)
    if first.pretrained is not None:
        pretrained = first.pretrained.read_config().model
        buckets = model.pair_buckets if "pair_buckets" in given else pretrained.pair_buckets
        return dataclasses.replace(model, embedding_size=pretrained.embedding_size, pair_buckets=buckets)
    return model
