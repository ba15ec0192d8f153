"""Text straight to ids, for scoring."""

from rnn_textclf.preprocessing.memo import Memo
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary


class TextEncoder:
    """What `vocabulary.encode(tokenizer(text))[:max_length]` gives, remembered piece by piece.

    Safe from several threads. Memory stays bounded on any text.
    """

    def __init__(self, vocabulary: Vocabulary, tokenizer: Tokenizer | None = None, max_length: int = 1000) -> None:
        """Takes the vocabulary, tokenizer and length (in words, >= 1) that the run was trained with."""
        self._tokenizer = tokenizer or Tokenizer()
        self._max_length = max_length
        words = self._tokenizer.words_of_chunk
        self._ids = Memo(lambda chunk: tuple(vocabulary.id(word) for word in words(chunk)))

    def ids(self, text: str) -> list[int]:
        """The ids of a text, of length 1 to max_length: a text without words is one unknown word."""
        of_chunk = self._ids
        ids: list[int] = []
        for chunk in self._tokenizer.chunks(text, self._max_length):
            ids += of_chunk[chunk]
        return ids[: self._max_length] or [UNK_ID]

    def words(self, text: str) -> list[str]:
        """The words behind `ids(text)`: as many, but none for a text without words."""
        return self._tokenizer(text, self._max_length)
