"""Fonts: those installed that draw a text, whatever its scripts, and the scripts that none of them draws."""

import contextlib
import functools
import logging
import unicodedata
from collections.abc import Iterable

logger = logging.getLogger(__name__)

_told: set[str] = set()  # Scripts.

BASE_FONT = "DejaVu Sans"  # Matplotlib brings it along.
_BOXES = "Last Resort"  # Draws every letter as a box.
# Tried before all others: sans-serif, and made to stand beside each other.
_PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Noto Sans",
    "Arial Unicode MS",
    "Segoe UI",
)
# Unicode's names of letters begin with their script; these are better known under another name.
_KNOWN_AS = {
    "CJK": "Chinese characters",
    "HIRAGANA": "Japanese kana",
    "KATAKANA": "Japanese kana",
    "HANGUL": "Korean",
    "DEVANAGARI": "Devanagari (Hindi)",
}


def fonts_for(texts: Iterable[str]) -> list[str]:
    """Names of installed fonts that together draw some texts, the base font first.

    What no font draws is named in one warning a script, with a letter of it.
    """
    missing = {c for text in texts for c in text if not c.isspace() and c.isprintable()} - _characters(BASE_FONT)
    fonts = [BASE_FONT]
    for candidates in (_known_fonts, _new_fonts):
        for name in candidates() if missing else ():
            if drawn := missing & _characters(name):
                fonts.append(name)
                missing -= drawn
            if not missing:
                break
    for script, letter in sorted(scripts(missing).items()):
        _warn(script, letter)
    return fonts


def scripts(characters: Iterable[str]) -> dict[str, str]:
    """The scripts of some characters, by the names that people know, each with one of its characters."""
    found: dict[str, str] = {}
    for character in sorted(characters):
        name = unicodedata.name(character, "").split(" ")[0].split("-")[0]
        if unicodedata.category(character)[0] not in "LM":
            name = "SYMBOLS"
        found.setdefault(_KNOWN_AS.get(name, name.capitalize() or "Symbols"), character)
    return found


def _warn(script: str, letter: str) -> None:
    """Once a script: every figure of a report has the same words."""
    if script in _told:
        return
    _told.add(script)
    logger.warning(
        f"Warning: no installed font draws {script} ({letter}), so that figures show boxes; install one, such as the "
        "Noto fonts (Debian: fonts-noto-core, fonts-noto-cjk)"
    )


@functools.cache
def _known_fonts() -> tuple[str, ...]:
    """The fonts that Matplotlib knows, from a list that it made earlier."""
    from matplotlib import font_manager

    return _in_order(font_manager.get_font_names())


@functools.cache
def _new_fonts() -> tuple[str, ...]:
    """Fonts that were installed since Matplotlib made its list."""
    from matplotlib import font_manager

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    names = set(font_manager.get_font_names())
    for path in font_manager.findSystemFonts():
        if path not in known:
            with contextlib.suppress(RuntimeError, OSError):  # no font that Matplotlib can read
                font_manager.fontManager.addfont(path)
    return _in_order(set(font_manager.get_font_names()) - names)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Fonts in the order in which they are tried."""
    installed = {name for name in names if not name.startswith(_BOXES)} - {BASE_FONT}
    preferred = [name for name in _PREFERRED if name in installed]
    # Plain faces before serif, monospaced or decorative ones.
    rest = sorted(installed - set(preferred), key=lambda name: ("Sans" not in name, "Mono" in name, name))
    return (*preferred, *rest)


@functools.cache
def _characters(name: str) -> frozenset[str]:
    """All that a font draws."""
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties(family=[name]), fallback_to_default=False)
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))
