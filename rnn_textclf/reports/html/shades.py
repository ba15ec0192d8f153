"""Shades of words by how far each moved the running score."""

_BLUE, _ORANGE = "0,114,178", "213,94,0"  # Of Okabe and Ito (2008).
_MAX_OPACITY = 0.55  # Text in a light ink on dark paper, or the other way round, can still be read on it.


def shade(delta: float) -> str:
    """A translucent background, so that it fits light and dark pages: blue for a score that rose, orange for fell."""
    opacity = _MAX_OPACITY * min(1.0, 2 * abs(delta)) ** 0.5  # The root tells small steps apart; large ones are rare.
    return f"rgba({_BLUE if delta > 0 else _ORANGE},{opacity:.2f})"
