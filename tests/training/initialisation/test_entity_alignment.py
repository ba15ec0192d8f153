"""Alignment of entities against a loop over words."""

import numpy as np

from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.preprocessing.vocabulary import PAD, UNK, Vocabulary
from rnn_textclf.training.initialisation.entity_alignment import aligned

WORDS = ["paris", "film", "london", "michelle", "laura", "berlin", "straight", "londo…", "miche…"]
VOCABULARY = Vocabulary([PAD, UNK, *WORDS])


def test_words_of_a_group_are_read_as_the_mean_of_all_and_nothing_else_changes() -> None:
    table = np.random.default_rng(1).normal(size=[len(VOCABULARY), 3]).astype(np.float32)
    stems = VOCABULARY.stem_ids

    def read(rows: np.ndarray, word: str) -> np.ndarray:
        id = VOCABULARY.id(word)
        return rows[id] + (rows[stems[id]] if stems[id] else 0)

    after = aligned(table, stems, EntityGroups(VOCABULARY))
    assert after.dtype == np.float32
    for group in (["paris", "london", "berlin"], ["michelle", "laura"]):
        mean = np.mean([read(table, word) for word in group], axis=0)
        for word in group:
            np.testing.assert_allclose(read(after, word), mean, atol=1e-6)
    others = [VOCABULARY.words.index(word) for word in (PAD, UNK, "film", "straight", "londo…", "miche…")]
    np.testing.assert_array_equal(after[others], table[others])
    np.testing.assert_allclose(aligned(after, stems, EntityGroups(VOCABULARY)), after, atol=1e-6)
