"""How a script starts and ends: one line for a user's mistake, no traceback, the right exit status."""

import codecs
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rnn_textclf import console
from rnn_textclf.errors import UserError


def run(main: Callable[[Sequence[str]], None]) -> None:
    """Calls `main` with the command line and exits: 2 for bad flags, 1 for other mistakes, 130 for Ctrl-C."""
    codecs.register_error("json", _escaped)
    sys.stdout.reconfigure(errors="json")  # type: ignore[union-attr]
    console.show_messages()
    try:
        main(sys.argv)
        sys.stdout.flush()
    except UserError as error:
        _fail(str(error), error.exit_status)
    except BrokenPipeError:
        _abandon_stdout()  # the reader has seen enough
    except OSError as error:
        if error.filename is None:
            _abandon_stdout()
        _fail(f"{error.filename or 'output'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        _fail("stopped", 130)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """What the terminal or the locale cannot show as JSON writes it, so that in JSON it is the same string."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _abandon_stdout() -> None:
    """Lets what is still to be written go nowhere, so that closing stdout at exit cannot fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, status: int) -> None:
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    sys.exit(status)
