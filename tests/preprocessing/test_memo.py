from rnn_textclf.preprocessing.memo import Memo


def test_values_are_computed_once_while_there_is_room():
    computed = []

    def length(key: str) -> int:
        computed.append(key)
        return len(key)

    memo = Memo(length, capacity=2, longest=3)
    assert [memo[key] for key in ("a", "bb", "a", "long", "long")] == [1, 2, 1, 4, 4]
    assert computed == ["a", "bb", "long", "long"]
    assert memo["ccc"] == 3
    assert dict(memo) == {"ccc": 3}
    assert memo["a"] == 1
    assert computed[-1] == "a"
