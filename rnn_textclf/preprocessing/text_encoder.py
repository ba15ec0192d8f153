"""Text to ids in one step, for scoring."""

from rnn_textclf.preprocessing.memo import Memo
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import NO_WORDS, Vocabulary


class TextEncoder:
    """Computes `vocabulary.encode(tokenizer(text))[:max_length]`, with a cache of pieces of text.

    Safe from several threads. Memory stays bounded on any text.
    """

    def __init__(self, vocabulary: Vocabulary, tokenizer: Tokenizer | None = None, max_length: int = 1000) -> None:
        """Takes the vocabulary, tokenizer and length (in words, >= 1) that the run was trained with."""
        self._tokenizer = tokenizer or Tokenizer()
        self._max_length = max_length
        words = self._tokenizer.words_of_chunk
        self._ids = Memo(lambda chunk: tuple(vocabulary.id(word) for word in words(chunk)))

    def ids(self, text: str) -> list[int]:
        """The ids of a text, of length 1 to max_length; see `NO_WORDS`."""
        of_chunk = self._ids
        ids: list[int] = []
        for chunk in self._tokenizer.chunks(text, self._max_length):
            ids += of_chunk[chunk]
        return ids[: self._max_length] or [*NO_WORDS]

    def words(self, text: str) -> list[str]:
        """The words of `ids(text)`; none for a text without words."""
        return self._tokenizer(text, self._max_length)
