"""Shards: every item of an input is in one of them."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config.shards import WHOLE, Shard


@given(parts=st.integers(1, 40), total=st.integers(0, 200))
def test_shards_follow_each_other_and_are_of_like_size(parts: int, total: int) -> None:
    shares = [list(Shard(number, parts).of(total)) for number in range(1, parts + 1)]
    assert list(chain.from_iterable(shares)) == list(range(total))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_shard_is_written_as_it_is_read() -> None:
    assert (str(Shard.parse("2/3")), Shard.parse("2/3")) == ("2/3", Shard(2, 3))
    assert Shard.parse(None) == Shard.parse("1/1") == WHOLE
    assert (Shard(2, 3).named("x"), WHOLE.named("x")) == ("x (shard 2/3)", "x")


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "-1/3", "1/3/5", "a/b", "1 / 2", "1/2\n", "१/२"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected i/n with 1 <= i <= n, such as 1/4"):
        Shard.parse(text)
