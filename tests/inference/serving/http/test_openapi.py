"""The description holds for whatever clients send: no 5xx, and no answer that it does not name."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from rnn_textclf.inference.serving.endpoints import SIGNATURES
from rnn_textclf.inference.serving.http.openapi import document
from tests.inference.serving.fake_model import FakeModel
from tests.inference.serving.live_server import live

POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
MODES = {"get": [POSITIVE], "post": [POSITIVE, NEGATIVE]}  # A GET here takes nothing that could be wrong.
CASES = [
    pytest.param(path, method, mode, id=f"{method} {path} {mode.value}")
    for path, methods in document(SIGNATURES)["paths"].items()
    for method in methods
    for mode in MODES[method]
]


@pytest.fixture(scope="module")
def description() -> Iterator[schemathesis.BaseSchema]:
    with live(FakeModel()) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


# Without schemathesis's own pytest decorator, which does not know this pytest.
@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_every_answer_is_as_described(
    description: schemathesis.BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    @given(case=description[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=60 if method == "post" else 5, suppress_health_check=[HealthCheck.too_slow])
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate()

    check()
