"""How a run begins, or goes on from where it stopped."""

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import Config
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.splits import Split, save_split
from rnn_textclf.runs import prepared_data
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.prepared_data import PreparedData
from rnn_textclf.runs.restoring import check_sizes
from rnn_textclf.runs.row_hashes import write_row_hashes
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.training.class_weights import class_weights
from rnn_textclf.training.distillation.soft_targets import DistillationData, read_soft_targets, write_soft_targets
from rnn_textclf.training.distillation.teachers import teacher_soft_targets
from rnn_textclf.training.embedding_initialisation import SKIPGRAM, VectorSource
from rnn_textclf.training.pretraining.stages import pretrained_run
from rnn_textclf.training.unlabelled_data import encode_unlabelled


class RunSetup(NamedTuple):
    """A run that is ready to be trained, for the first time or on.

    pretrained: the run whose weights it begins with, if there is one and it has not begun.
    lesson: what its training rows, and others, are asked for by teachers; None without any.
    """

    folder: RunFolder
    config: RunConfig
    prepared: PreparedData
    pretrained: RunFolder | None = None
    lesson: DistillationData | None = None


class SharedData(NamedTuple):
    """What a fold or a member takes from the run that it is part of: the corpora, and whose each row is."""

    sources: prepared_data.EncodedCorpora
    rows: Split


def start(job: TrainingJob, shared: SharedData | None = None) -> RunSetup:
    """Begins the run that `job` describes, or takes up the one that is in its folder.

    Args:
      job: what to train.
      shared: of the run that this one is part of; by default the corpora are found and a split is drawn.

    Raises:
      FlagError: the folder's run contradicts the options given.
      UserError: the folder, or the corpus, cannot be used.
    """
    folder = RunFolder(job.ckpt_dir)
    return _resume(folder, job, shared) if is_resume(job) else _begin(folder, job, shared)


def is_resume(job: TrainingJob) -> bool:
    """Whether the job's folder holds a run that it goes on with. Raises UserError for one that nobody can use."""
    folder = RunFolder(job.ckpt_dir)
    if folder.path.exists() and not folder.path.is_dir():
        raise UserError(f"{folder.path}: is a file; --ckpt_dir must name a folder")
    if not folder.exists() and not job.overwrite and checkpoint_steps(folder.path):
        raise UserError(f"{folder.path}: has checkpoints but no config.json; name another --ckpt_dir, or --overwrite")
    return folder.exists() and not job.overwrite


def _begin(folder: RunFolder, job: TrainingJob, shared: SharedData | None) -> RunSetup:
    pretrained = pretrained_run(job)
    sources = shared.sources if shared else find_corpora(folder, job.model, job.data, job.download)
    rows = shared.rows if shared else prepared_data.draw_split(sources, job.data, job.train.seed)
    first_words = pretrained.read_vocabulary() if pretrained else None
    find_vectors = None if pretrained else _vectors_of(sources, job)
    prepared = prepared_data.prepare(sources, job.data, rows, find_vectors, first_words)
    weights = class_weights(job.train.class_weight, prepared.labels, prepared.train)
    model = _model(job, prepared, pretrained)
    config = RunConfig(model, job.train, job.data, corpus_facts(sources, weights), job.pretrain)
    text = _other_text(job.train, job.data)
    lessons = teacher_soft_targets(job, sources, rows, text)
    if job.overwrite:
        folder.clear()  # only now, when it is certain that the new run can begin
    folder.write_words(prepared.vocabulary, prepared.labels)
    save_split(rows, folder.split_path, sources.main.fingerprint)
    write_row_hashes(folder, sources.main.keys[rows.train])
    if lessons is not None:
        write_soft_targets(folder, lessons)
    # Last, because config.json is what makes this a run: a kill before it leaves nothing to resume.
    folder.write_config(config)
    lesson = lessons and DistillationData(prepared, lessons, text, job.train.distil_weight, sources.multi_label)
    return RunSetup(folder, config, prepared, pretrained, lesson)


def _resume(folder: RunFolder, job: TrainingJob, shared: SharedData | None) -> RunSetup:
    stored = folder.read_config()
    config = reconcile(stored, job, folder.path)
    if folder.read_metrics() and not (checkpoint_steps(folder.path) and checkpoint_steps(folder.best)):
        missing = folder.best if checkpoint_steps(folder.path) else folder.path
        raise UserError(
            f"{missing}: no model.ckpt-N here, so training cannot go on; restore it, or start anew with --overwrite"
        )
    sources = shared.sources if shared else find_corpora(folder, config.model, config.data, job.download)
    check_corpus(sources, stored, folder)
    if config != stored:
        folder.write_config(config)
    pretrained = find_vectors = None
    if not checkpoint_steps(folder.path):
        as_begun = job._replace(model=config.model, train=config.train, data=config.data, pretrain=config.pretrain)
        pretrained = pretrained_run(as_begun)
        find_vectors = None if pretrained else _vectors_of(sources, as_begun, begins=False)
    prepared = prepared_data.restore(sources, folder, find_vectors)
    if checkpoint_steps(folder.path):
        check_sizes(folder.path, config.model, len(prepared.vocabulary), len(prepared.labels))
    return RunSetup(folder, config, prepared, pretrained, _stored_distillation(folder, config, sources, prepared))


def _other_text(train: TrainConfig, data: DataConfig) -> EncodedCorpus | None:
    """The text of which a run learns sentences from its teachers, if it does."""
    return encode_unlabelled(data) if train.distil_sentences else None


def _stored_distillation(
    folder: RunFolder, config: RunConfig, sources: prepared_data.EncodedCorpora, prepared: PreparedData
) -> DistillationData | None:
    if config.train.distil_from is None:
        return None
    text = _other_text(config.train, config.data)
    lessons = read_soft_targets(folder, (len(sources.main), len(prepared.labels)), text)
    return DistillationData(prepared, lessons, text, config.train.distil_weight, sources.multi_label)


def corpus_facts(sources: prepared_data.EncodedCorpora, weights: dict[str, float] | None = None) -> CorpusFacts:
    """What `config.json` says of the rows; `weights` are those of the classes."""
    return CorpusFacts(
        source=sources.description,
        num_rows=sources.num_rows,
        sha256=sources.fingerprint,
        multi_label=sources.multi_label,
        class_weights=weights,
    )


def check_corpus(sources: prepared_data.EncodedCorpora, stored: RunConfig, folder: RunFolder) -> None:
    """Raises UserError where the rows found are not those that the run was begun with."""
    if sources.fingerprint != stored.corpus.sha256:
        raise UserError(
            f"{folder.path}: was trained on other rows ({stored.corpus.source}) than those found now; "
            "restore that corpus, or start anew with --overwrite"
        )


def _model(job: TrainingJob, prepared: PreparedData, pretrained: RunFolder | None) -> ModelConfig:
    """The network asked for; a width that nobody gave is that of the vectors or weights that it begins with."""
    if prepared.vectors is not None and "embedding_size" not in job.given:
        return dataclasses.replace(job.model, embedding_size=prepared.vectors.width)
    if pretrained is not None:
        return dataclasses.replace(job.model, embedding_size=pretrained.read_config().model.embedding_size)
    return job.model


def _vectors_of(
    sources: prepared_data.EncodedCorpora, job: TrainingJob, begins: bool = True
) -> prepared_data.FindVectors | None:
    """What finds the run's first vectors, if it has any; a run that was begun has its width and words already."""
    if job.data.embeddings is None:
        return None
    own_width = begins and "embedding_size" not in job.given
    width = None if own_width and job.data.embeddings != SKIPGRAM else job.model.embedding_size
    return VectorSource(sources, job, width, job.data.vector_words if begins else 0)


def find_corpora(
    folder: RunFolder, model: ModelConfig, data: DataConfig, download: bool
) -> prepared_data.EncodedCorpora:
    """The corpora, encoded in the folder; see `prepared_data.encode_corpora`."""
    several = model.loss == "sigmoid" and data.train_file is not None
    return prepared_data.encode_corpora(data, folder, several_labels=several, download=download)


def reconcile(stored: RunConfig, job: TrainingJob, path: Path) -> RunConfig:
    """The configuration of a run that goes on: its own, with the adjustable options that the user set.

    Raises:
      FlagError: an option was set to something else than what the run was begun with.
    """
    contradictions: list[str] = []
    sections: dict[str, Any] = {
        "model": _section(stored.model, job.model, job.given, contradictions),
        "train": _section(stored.train, job.train, job.given, contradictions),
        "data": _section(stored.data, job.data, job.given, contradictions),
        "pretrain": _section(stored.pretrain, job.pretrain, job.given, contradictions),
    }
    if contradictions:
        raise FlagError(
            f"{path} was begun with {', '.join(contradictions)}: leave these flags out to go on with it, "
            "name another --ckpt_dir, or start anew with --overwrite"
        )
    return dataclasses.replace(stored, **sections)


def _section(stored: Config, asked: Config, given: frozenset[str], contradictions: list[str]) -> Config:
    changes = {}
    for field in dataclasses.fields(stored):  # type: ignore[arg-type]
        before, now = getattr(stored, field.name), getattr(asked, field.name)
        if field.name not in given or before == now:
            continue
        if field.metadata["adjustable"]:
            changes[field.name] = now
        else:
            contradictions.append(f"no --{field.name}" if before is None else f"--{field.name}={before}")
    return dataclasses.replace(stored, **changes)  # type: ignore[type-var]
