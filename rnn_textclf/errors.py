"""Exceptions for mistakes of the user, as opposed to our own."""

import unicodedata

_LONGEST = 2000  # Characters of a message; one with a whole file's names or bytes in it is cut in the middle.


class UserError(Exception):
    """Mistake that the user can mend: its message is one line that names the file, the line and what to do.

    The scripts print it on stderr without a traceback and exit with `exit_status`. Messages quote files and flags, so
    line breaks and characters that a terminal acts on are shown escaped, and the middle of a long message is left out.
    """

    exit_status = 1

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class FlagError(UserError):
    """Flag, or combination of flags, that cannot be meant."""

    exit_status = 2


def one_line(message: str) -> str:
    """The message with line breaks, and all that a terminal acts on rather than prints, escaped; cut in the middle."""
    if len(message) > _LONGEST:
        message = f"{message[: _LONGEST // 2]} ... {message[-_LONGEST // 2 :]}"
    if message.isprintable():
        return message
    return "".join(c if _is_shown(c) else c.encode("unicode_escape").decode() for c in message)


def _is_shown(character: str) -> bool:
    """Whether a terminal prints the character: spaces of any width too, which `isprintable` leaves out."""
    return character.isprintable() or unicodedata.category(character) == "Zs"
