"""Words one slip of the keyboard away: two neighbouring letters exchanged, or a letter doubled or no longer so."""

SHORTEST = 4  # Letters. A shorter unknown word may be any of too many.


def slips(word: str) -> set[str]:
    """The words that one slip makes of a word; a word is among the slips of each of them, too.

    None of them is the word itself. Words with other characters than letters have none.
    """
    if not word.isalpha():
        return set()
    places = range(len(word))
    exchanged = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places[:-1]}
    doubled = {word[: at + 1] + word[at:] for at in places}
    single = {word[:at] + word[at + 1 :] for at in places[:-1] if word[at] == word[at + 1]}
    return (exchanged | doubled | single) - {word}
