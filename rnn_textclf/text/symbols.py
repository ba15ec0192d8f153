"""Symbols for what counts by its kind: a number, a year, an address, a smile.

Rare strings of one kind share one word of the vocabulary, and so one well-trained vector.
"""

import re

_NUMBER = r"\d+(?:[.,:/]\d+)*"
_SCALE = r"(?:\s?(?:k|thousand|million|billion|trillion)\b)?"
_EYES_NOSE = r"[:;=8x]['’]?[-o^]?"

_COINS = r"(?:dollars|euros|pounds|bucks)"

# In order of preference where two start at the same character; every repeat is bounded, or cannot backtrack.
_KINDS = {
    "url": r"(?:https?://|www\.)\S*[^\s.,;:!?'\")\]}]",
    "user": r"(?<![\w.@])@\w{1,40}",
    # A quoted span that ends in a comma or a full stop is speech; a title keeps its punctuation outside.
    "title": r"(?:\"\s?(?=\S)[^\"“”\n]{1,60}[^\"“”\n\s.,]\s?\"|“\s?(?=\S)[^\"“”\n]{1,60}[^\"“”\n\s.,]\s?”)",
    "money": rf"(?:[$£€¥]\s?{_NUMBER}{_SCALE}|(?<!\w){_NUMBER}{_SCALE}\s?(?:[€£$]|{_COINS}\b))",
    "year": r"(?<![\w.,'/-])(?:1[5-9]|20)\d\d(?:'?s\b|(?![\w/]|[.,:]\d))",
    "number": rf"(?<![\w'])[-+]?{_NUMBER}(?:%|(?:st|nd|rd|th|s)\b|(?!\w))",
    "smile": rf"(?<!\w)(?:{_EYES_NOSE}[)\]D}}]+|<3|\^_?\^|[🙂😀😃😄😁😊😍😂🤣❤])(?!\w)",
    "frown": rf"(?<!\w)(?:{_EYES_NOSE}[(\[{{]+|[:=]-?/(?!/)|[🙁😞😠😡😢😭])(?!\w)",
}
_PATTERN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))

SYMBOLS: tuple[str, ...] = tuple(f"<{kind}>" for kind in _KINDS)


def symbolize(text: str) -> str:
    """The text with each thing of a known kind replaced by its symbol, spaces around it.

    <url> addresses of the web, <user> @names, <title> short quoted spans, <money>, <year> 1500 to 2099 and
    decades, <number> also with sign, point, per cent or ordinal ending, <smile> and <frown> emoticons.
    """
    return _PATTERN.sub(lambda match: f" <{match.lastgroup}> ", text)
