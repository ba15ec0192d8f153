"""The tables of characters: what they hold, and what the graph that reads them relies on."""

import unicodedata

import numpy as np

from rnn_textclf.preprocessing import code_points

CODES = np.arange(code_points.NUM_CODES)


def every(table: code_points.Property) -> np.ndarray:
    """The property of all code points, looked up as the module says."""
    return table.pages[table.starts[CODES >> 8] + (CODES & 255)]


def test_each_code_point_has_its_property():
    classes = every(code_points.combining_classes())
    assert classes.tolist() == [unicodedata.combining(chr(code)) for code in CODES]
    assert code_points.combining_classes().pages.size < code_points.NUM_CODES / 50


def test_kinds_of_characters():
    kinds = every(code_points.word_kinds(1))
    for characters, kind in (
        ("aé5²Ⅷ각ª", code_points.LETTER),
        ("\u0301\u093f", code_points.MARK),
        ("_<. \ud83d", 0),
    ):
        assert {int(kinds[ord(character)]) for character in characters} == {kind}
    kinds = every(code_points.word_kinds(2))
    for characters, kind in (("一のカก1က", None), ("👍❤", code_points.EMOJI), ("🏽", code_points.SKIN_TONE)):
        found = {int(kinds[ord(character)]) for character in characters}
        assert found == ({kind} if kind else {code_points.UNSPACED, code_points.LETTER})
    assert kinds[0x0E31] == code_points.MARK
    assert kinds[0x0E33] == code_points.EXTENDING
    assert kinds[ord("฿")] == code_points.OTHER
    sigma = every(code_points.sigma_kinds(1))
    assert [sigma[ord(c)] for c in "Aaª1 '’\u0301"] == [1, 1, 1, 0, 0, 2, 2, 2]


def test_decompositions():
    rows, codes = code_points.decompositions(1)

    def decomposed(character: str) -> str:
        row = rows.pages[rows.starts[ord(character) >> 8] + (ord(character) & 255)]
        return "".join(chr(code) for code in codes[row] if code != code_points.NOTHING) if row else character

    found = [decomposed(character) for character in "aAÉİ’\u00ad각ΐ"]
    assert found == ["a", "a", "e\u0301", "i\u0307", "'", "", "각", "ι\u0308\u0301"]


def test_a_round_of_composition_may_take_all_letters_at_once():
    """A starter that is taken takes none itself; what takes, and what results, is a starter."""
    keys, composites = code_points.pairs()
    first, second = keys >> 32, keys & 0xFFFFFFFF
    classes = every(code_points.combining_classes())
    assert not set(first.tolist()) & set(second[classes[second] == 0].tolist())
    assert not classes[first].any()
    assert not classes[composites].any()
    assert (np.diff(keys) > 0).all()


def test_what_composes_with_an_earlier_character_is_past_the_first_mark():
    assert (code_points.pairs().keys & 0xFFFFFFFF).min() >= 0x300
