"""Characters that the tokenizer treats specially, by the version of its rules.

The classes are insides of a regular expression's []; see `tokens` for the rules that use them.
"""

# The characters that cleaning replaces.
_APOSTROPHES = {"’": "'", "\u00ad": ""}
_FULL_WIDTH = {"！": "!", "？": "?", "，": ",", "（": "(", "）": ")"}
_VARIATION_SELECTORS = {"\ufe0e": "", "\ufe0f": ""}
REPLACED = {1: _APOSTROPHES, 2: {**_APOSTROPHES, **_FULL_WIDTH, **_VARIATION_SELECTORS}}

JOINERS = "\u200c\u200d"
ZERO_WIDTH_JOINER = "\u200d"

# Emoji that are no letters or digits (Unicode Technical Standard 51), later additions included.
EMOJI = (
    "\u203c\u2049\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u25b6\u25c0\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c"
    "\u2b50\u2b55\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f265"
    "\U0001f300-\U0001faff"
)
SKIN_TONES = "\U0001f3fb-\U0001f3ff"  # Emoji themselves where they stand alone.
REGIONAL = "\U0001f1e6-\U0001f1ff"  # Two of them are a flag.

# Scripts without spaces between words; of their characters the letters and digits begin a word each.
_CHINESE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_JAPANESE = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
_THAI_AND_LAO = "\u0e00-\u0eff"
_KHMER = "\u1780-\u17ff"
_MYANMAR = "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"
UNSPACED = _CHINESE + _JAPANESE + _THAI_AND_LAO + _KHMER + _MYANMAR
EXTENDING = "\u0e33\u0eb3"  # Vowels that end a grapheme cluster of Thai and Lao (Unicode Standard Annex 29).
