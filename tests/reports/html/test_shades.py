"""Shades of words: text can be read on each, on every ground that it is on."""

import re
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.reports import html
from rnn_textclf.reports.html.shades import shade

_STYLE = (Path(html.__file__).parent / "templates" / "page_style.html").read_text()
_PAGES = list(zip(re.findall(r"--paper: (#\w+)", _STYLE), re.findall(r"--ink: (#\w+)", _STYLE), strict=True))


def rgb(colour: str) -> np.ndarray:
    """`#rgb` or `#rrggbb` as three shares."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)]) / 255


def luminance(colour: np.ndarray) -> float:
    """Relative luminance by WCAG 2."""
    linear = np.where(colour <= 0.03928, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize(("ground", "ink"), [("#fff", "#000"), ("#000", "#fff"), *_PAGES])
@pytest.mark.parametrize("delta", [-1.0, -0.5, -0.1, 0.0, 0.1, 0.5, 1.0])
def test_text_can_be_read_on_every_shade_in_light_and_dark(delta: float, ground: str, ink: str) -> None:
    """WCAG's contrast ratio of the text with the shade over the ground: 4.5 at least."""
    *channels, opacity = (float(part) for part in shade(delta).removeprefix("rgba(").rstrip(")").split(","))
    mixed = luminance(opacity * np.array(channels) / 255 + (1 - opacity) * rgb(ground))
    text = luminance(rgb(ink))
    assert (max(mixed, text) + 0.05) / (min(mixed, text) + 0.05) >= 4.5


def test_shades_tell_up_from_down_and_far_from_near() -> None:
    assert len({shade(delta) for delta in (-0.5, -0.1, 0.0, 0.1, 0.5)}) == 5
    assert shade(0.0).endswith(",0.00)")


def test_both_grounds_of_pages_are_tested() -> None:
    assert len(_PAGES) == 2
