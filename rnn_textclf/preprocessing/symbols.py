"""Symbols: one word for each kind of number, year, address, emoticon and quoted title.

Rare strings of one kind share an entry of the vocabulary, and so a well-trained vector.
"""

import re

_NUMBER = r"\d{1,30}(?:[.,:/]\d{1,30}){0,9}"
_SCALE = r"(?i:\s?(?:k|m|bn|mil|thousand|million|billion|trillion)\b)?"
_COINS = r"(?i:dollars?|euros?|pounds|bucks|cents|usd)"
_YEAR = r"(?:1[5-9]|20)\d\d"
_DOMAIN = r"(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|edu|gov|info|co\.uk)(?!\w)"
_EYES_NOSE = r"[:;=]['’]?[-o^]?"
_LONGEST_TITLE = 60  # Characters.
_LONGEST_QUOTE = 300

# In order of preference where two start at the same character. Every repeat is bounded, or cannot backtrack far, so
# that the time is linear in the length of the text, whatever its contents.
_KINDS = {
    "url": rf"(?i:(?<!\w)(?:https?://|www\.)|(?<![\w@.-]){_DOMAIN}/)[^\s<>\"]*[^\s<>\".,;:!?')\]}}]"
    rf"|(?i:(?<![\w@.-]){_DOMAIN})",
    "user": r"(?<![^\s(\[{\"'“‘.,:;!?/-])@[^\W\d]\w{0,39}",
    "quote": rf"(?:(?<![^\s(\[{{>/–—-])\"[^\"\n]{{1,{_LONGEST_QUOTE}}}\"|“[^“”\n]{{1,{_LONGEST_QUOTE}}}”)",
    # The Cornell sentences have spaces around the point: "$9 . 50".
    "money": rf"(?:[$£€¥]\s?(?:{_NUMBER}|\.\d\d?)(?:\s\.\s\d\d?(?!\w))?{_SCALE}"
    rf"|(?<!\w){_NUMBER}{_SCALE}\s?(?:[€£$]|{_COINS}\b))",
    "year": rf"(?:(?<![\w.,'’/-]){_YEAR}(?:['’]?s\b|[-–](?:{_YEAR}|\d\d)(?!\w)|(?![\w/]|[.,:]\d))"
    r"|(?<!\w)['’]?[1-9]0['’]?s\b)",
    "number": rf"(?<![\w'])[-+]?{_NUMBER}(?:%|(?i:st|nd|rd|th|s)\b|(?!\w))",
    "smile": rf"(?:(?<!\d){_EYES_NOSE}[)\]}}]+(?!\w)|(?<!\w)(?:[:;=]-?[DPp]|[xX]D+|<3|\^_?\^)(?!\w)"
    r"|[🙂😀😃😄😁😊😍😂🤣🥰😘👍❤])",
    "frown": rf"(?:(?<!\w)(?:{_EYES_NOSE}[(\[{{]+|[:=]-?[/\\](?!/)|[Dd]:)(?!\w)|[🙁☹😞😠😡😢😭👎])",
}
_PATTERN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))

SYMBOLS: tuple[str, ...] = tuple(f"<{kind}>" for kind in [*_KINDS, "title"] if kind != "quote")


def symbolize(text: str) -> str:
    """The text with each string of a known kind replaced by its symbol, between spaces.

    <url> addresses of the web, <user> @names, <title> short quoted spans that are no speech, <money>, <year> 1500
    to 2099, spans of them and decades, <number> also with sign, point, per cent or ordinal ending, <smile> and
    <frown> emoticons.
    """
    return _symbolize(text, cased=text != text.lower())


def _symbolize(text: str, cased: bool) -> str:
    def symbol(match: re.Match[str]) -> str:
        if match.lastgroup != "quote":
            return f" <{match.lastgroup}> "
        quoted = match[0][1:-1]
        return " <title> " if _is_title(quoted.strip(), cased) else f'"{_symbolize(quoted, cased)}"'

    return _PATTERN.sub(symbol, text)


def _is_title(quoted: str, cased: bool) -> bool:
    """Whether a quoted span is a title rather than speech or a doubted word.

    Args:
      quoted: the text between the quotation marks.
      cased: whether the text has capitals; titles then begin with them, in all their long words.
    """
    if not any(map(str.isalnum, quoted)) or len(quoted) > _LONGEST_TITLE:
        return False
    words, inside = quoted.rstrip(".,").split(), quoted[-1] not in ".,"
    if not cased:
        # Speech ends in a full stop or a comma; a title keeps them outside. One word may be a doubted " funny ".
        return inside and len(words) > 1
    capital = not words[0][0].islower() and all(len(word) < 5 or not word[0].islower() for word in words)
    return capital and (inside or len(words) > 1)
