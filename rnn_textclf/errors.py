"""The one exception that stands for a user's mistake rather than ours."""


class UserError(Exception):
    """Something the user can mend: its message is one line that names the file, the line and what to do.

    The scripts print it on stderr without a traceback and exit with `exit_status`.
    """

    exit_status = 1


class FlagError(UserError):
    """A flag, or a combination of flags, that cannot be meant."""

    exit_status = 2
