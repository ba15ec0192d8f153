"""Foreign hosts and origins are refused; every answer has the headers."""

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rnn_textclf.inference.serving.http.security import HEADERS
from tests.inference.serving.live_server import WORDS


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/v1/model", "/nowhere", "/v1/score"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert HEADERS.items() <= {name.title(): value for name, value in headers.items()}.items()


def test_the_policy_lets_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert policy["require-trusted-types-for"] == "'script'"


def test_a_foreign_host_is_refused(client: TestClient) -> None:
    answer = client.get("/v1/model", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "Host" in answer.json()["error"]


def test_a_page_of_another_origin_is_refused(client: TestClient) -> None:
    assert client.get("/v1/model", headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.get("/v1/model", headers={"Origin": "null"}).status_code == 403
    assert client.get("/v1/model", headers={"Origin": "http://127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_so_is_its_websocket(client: TestClient, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(WORDS, headers=headers):
        pass  # never opened
