r"""Web addresses, e-mail addresses and @names, which say nothing about a text's class.

One pattern serves Python and TensorFlow's RE2: no look-around, ASCII meanings of `\b`, white space spelled out. What
stands before an address is kept, and so is the punctuation behind it.
"""

import re

_SPACE = r"\t-\r\x1c-\x20\x85\xa0" + "\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # As `str.split` has it.
_OPENING = r"(\[{<\"'" + "“‘„«"
_END = r".,;:!?'\"()\[\]{}<>" + "…’”»"
_WEB = rf"(?:https?://|HTTPS?://|www\.|WWW\.)(?:[^{_SPACE}]*[^{_SPACE}{_END}])?/?"
_LABEL = r"[A-Za-z0-9-]{1,63}"
_DOMAIN = (
    rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.(?:com|org|net|edu|gov|info|co\.uk)\b(?:/(?:[^{_SPACE}]*[^{_SPACE}{_END}])?)?"
)
_MAIL = rf"[A-Za-z0-9._%+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,4}}"
_USER = rf"@[0-9]{{0,63}}[^{_SPACE}{_END}@0-9][^{_SPACE}{_END}@]{{0,63}}"

ADDRESS = rf"(^|[{_SPACE}{_OPENING}])(?:{_MAIL}|{_WEB}|{_DOMAIN}|{_USER})"
REPLACEMENT = r"\1 "
_pattern = re.compile(ADDRESS, re.ASCII)
_SIGNS = re.compile(r"@|://|www\.|WWW\.|\.(?:com|org|net|edu|gov|info|co\.uk)")  # Every address has one.


def without_addresses(text: str) -> str:
    """The text with each address replaced by a space."""
    return _pattern.sub(REPLACEMENT, text) if _SIGNS.search(text) else text
