"""Messages for the user are one line, whatever they quote."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.errors import FlagError, UserError


def test_characters_that_a_terminal_acts_on_are_escaped() -> None:
    assert str(UserError("a\x1b[2J\n\u202e\udc80 café\u3000日本")) == "a\\x1b[2J\\n\\u202e\\udc80 café\u3000日本"


def test_the_middle_of_a_long_message_is_left_out_and_its_advice_kept() -> None:
    message = str(UserError("f.csv:1: no field; the fields are " + "x" * 100_000 + "; give --text_field"))
    assert len(message) < 3000
    assert message.startswith("f.csv:1: no field")
    assert message.endswith("x; give --text_field")


@given(st.text())
def test_a_message_is_one_line_of_text_and_survives_the_way_between_processes(text: str) -> None:
    error = FlagError(text)
    assert len(str(error).splitlines()) <= 1
    str(error).encode()
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
