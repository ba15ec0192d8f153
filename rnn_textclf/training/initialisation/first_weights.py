"""First weights of a run: those of a pretrained run, word vectors and log-count ratios, on top of random ones."""

from typing import Any, NamedTuple

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.initialisation.embedding_initialisation import initial_vectors
from rnn_textclf.training.initialisation.entity_alignment import align_entities
from rnn_textclf.training.initialisation.log_count_ratios import add_ratios, log_count_ratios
from rnn_textclf.training.pretraining.pretrained_weights import load_pretrained


class FirstWeights(NamedTuple):
    """First weights that come from elsewhere; a run that resumes from a checkpoint has none.

    pretrained: the run folder whose weights are taken over.
    vectors: the word vectors that the embedding begins with.
    """

    pretrained: RunFolder | None = None
    vectors: WordVectors | None = None


def load_first_weights(
    session: Any, classifier: TextClassifier, prepared: PreparedData, first: FirstWeights, options: TrainConfig
) -> None:
    """Loads first weights into a session that holds random ones.

    `options.log_count_ratio` is the share of the log-count ratios that is added to the n-gram linear part.
    """
    if first.pretrained is not None:
        load_pretrained(session, classifier, first.pretrained, prepared.vocabulary, prepared.labels)
    if first.vectors is not None:
        classifier.embedding.load(session, *initial_vectors(first.vectors, prepared.vocabulary))
    entities = EntityGroups(prepared.vocabulary) if options.swap_entities else None
    if classifier.wide and options.log_count_ratio:
        ratios = log_count_ratios(prepared.train, prepared.vocabulary, classifier.config.pair_buckets, entities)
        add_ratios(session, classifier, ratios, options.log_count_ratio)
    if entities is not None:
        align_entities(session, classifier, prepared.vocabulary, entities)
