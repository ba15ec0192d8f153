"""The page: HTML, style and scripts as they are served, without a build step.

page.html    the outline, all of its words
page.css     its look, light and dark
page.js      what happens when: typing, links, copying
stream.js    the WebSocket
verdict.js   the classes with their probabilities
words.js     the words with their scores
chart.js     the line over the words
wording.js   numbers and signs as people read them
icon.svg     the tab's picture
"""

from importlib import resources
from typing import NamedTuple

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_SCRIPTS = ("page.js", "stream.js", "verdict.js", "words.js", "chart.js", "wording.js")


class Asset(NamedTuple):
    """A file in memory and its media type."""

    content: bytes
    media_type: str


def assets() -> dict[str, Asset]:
    """The files of the page by their paths in the server's addresses; whatever else is asked for is not there."""
    return {
        "/": _read("page.html"),
        **{f"/page/{name}": _read(name) for name in ("page.css", "icon.svg", *_SCRIPTS)},
    }


def _read(name: str) -> Asset:
    content = resources.files(__name__).joinpath(name).read_bytes()
    return Asset(content, _TYPES[name.rpartition(".")[2]])
