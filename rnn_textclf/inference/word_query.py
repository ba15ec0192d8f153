"""Words of `--nearest`, looked up in a run's vocabulary. No TensorFlow."""

import difflib

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.preprocessing.tokens import tokenize
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary

_NUM_SUGGESTIONS = 5


def query_ids(query: str, vocabulary: Vocabulary) -> list[int]:
    """The ids of the words of a query, each once. Raises FlagError or UserError; see `nearest`."""
    ids = []
    for piece in filter(None, (piece.strip() for piece in query.split(","))):
        words = tokenize(piece)
        if len(words) != 1:
            raise FlagError(f"--nearest: {piece!r} is not one word; put commas between words")
        if not vocabulary.knows(words[0]):
            raise UserError(
                f"--nearest: {words[0]!r} is not in the run's vocabulary{_suggestion(words[0], vocabulary)}"
            )
        ids.append(vocabulary.id(words[0]))
    if not ids:
        raise FlagError("--nearest: name a word, or several with commas between them")
    return list(dict.fromkeys(ids))


def _suggestion(word: str, vocabulary: Vocabulary) -> str:
    known = vocabulary.words[UNK_ID + 1 : vocabulary.num_words]
    close = difflib.get_close_matches(word, known, _NUM_SUGGESTIONS)
    return f"; near spellings: {', '.join(close)}" if close else ""
