"""Exceptions for mistakes of the user, as opposed to our own."""


class UserError(Exception):
    """Mistake that the user can mend: its message is one line that names the file, the line and what to do.

    The scripts print it on stderr without a traceback and exit with `exit_status`.
    """

    exit_status = 1


class FlagError(UserError):
    """Flag, or combination of flags, that cannot be meant."""

    exit_status = 2
