"""HTML templates with autoescape: text of any origin stays text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup


def template(name: str, **filters: Any) -> Template:
    """The template in `templates/` of that name, with more filters."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    return environment.get_template(name)


def render_block(of: Template, block: str, /, **values: Any) -> str:
    """One block of a template, for pages that are written piece by piece."""
    parts: Iterator[str] = of.blocks[block](of.new_context(values))
    return "".join(parts)


def _printable(value: Any) -> Any:
    """Text without control characters, which HTML cannot hold and which may turn the direction of what follows."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "".join(c if c.isprintable() or c == " " else " " for c in value)
    return value
