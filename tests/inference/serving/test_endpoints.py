"""The HTTP interface, asked as a client would."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from rnn_textclf.inference.serving.endpoints import Endpoints
from rnn_textclf.inference.serving.http.responses import OverloadedError
from rnn_textclf.inference.serving.scoring_queue import ScoringQueue
from tests.inference.serving.fake_model import FakeModel

TEXTS = ["an even ruzed word", "odd one", "", "<img src=x onerror=alert(1)>", "half \ud83d a smile"]
PREDICT = "/v1/models/rnn_textclf:predict"


def test_scores_have_the_keys_of_jsonl_and_the_values_of_the_model(client: TestClient, model: FakeModel) -> None:
    answer = client.post(
        "/v1/score", content=json.dumps({"texts": TEXTS}), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"results": [one._asdict() for one in FakeModel().predictions(TEXTS)]}
    assert model.batches == [TEXTS]


def test_tensorflow_servings_form(client: TestClient) -> None:
    [expected] = FakeModel().predictions(["an even word"])
    for more in ({}, {"signature_name": "serving_default"}, {"signature_name": "predict"}):
        answer = client.post(PREDICT, json={"instances": ["an even word"], **more})
        assert answer.json() == {
            "predictions": [
                {
                    "label": expected.label,
                    "probabilities": list(expected.probabilities.values()),
                    "classes": ["negative", "positive"],
                }
            ]
        }
    [version] = client.get("/v1/models/rnn_textclf").json()["model_version_status"]
    assert (version["version"], version["state"]) == ("428", "AVAILABLE")


def test_the_model_is_described(client: TestClient) -> None:
    info = client.get("/v1/model").json()
    assert (info["classes"], info["max_length"], info["step"]) == (["negative", "positive"], 30, 428)
    assert info["test"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/score", {"texts": ["a"] * 257}, 422),
        ("/v1/score", {"texts": ["a " * 31]}, 422),
        ("/v1/score", {"texts": ["a" * 1_000_000]}, 413),
        ("/v1/score", {"instances": ["a"]}, 422),
        (PREDICT, {"instances": [{"text": "a"}]}, 422),
        (PREDICT, {"instances": ["a"], "signature_name": "train"}, 422),
        ("/v1/model", {}, 405),
        ("/v1/../../etc/passwd", {}, 404),
        ("/page/..%2f..%2fserver.py", {}, 404),
    ],
)
def test_refusals_are_json(client: TestClient, model: FakeModel, path: str, body: Any, status: int) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert not model.batches


def test_a_bug_is_told_to_the_log_and_not_to_the_client(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.post("/v1/score", json={"texts": ["fail"]})
    assert (answer.status_code, answer.json()) == (500, {"error": "internal error"})
    assert "a bug" in caplog.text


def test_health_is_whether_a_sentence_is_scored(
    client: TestClient, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    monkeypatch.setattr("rnn_textclf.inference.serving.endpoints._PROBE_SECONDS", 0.01)
    model.gate.clear()
    try:
        answer = client.get("/healthz")
    finally:
        model.gate.set()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


def test_load_is_refused_with_retry_after(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*arguments: object) -> None:
        raise OverloadedError

    monkeypatch.setattr(ScoringQueue, "score", refuse)
    for path, body in (("/v1/score", {"texts": ["a"]}), (PREDICT, {"instances": ["a"]})):
        answer = client.post(path, json=body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_metrics_count_by_route_and_status(client: TestClient) -> None:
    client.post("/v1/score", json={"texts": ["a", "b"]})
    client.post("/v1/score", json={})
    client.get("/one/of/many/paths")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    for line in (
        'rnn_textclf_requests_total{route="/v1/score",status="200"} 1.0',
        'rnn_textclf_requests_total{route="/v1/score",status="422"} 1.0',
        'rnn_textclf_requests_total{route="other",status="404"} 1.0',
        'rnn_textclf_request_seconds_count{route="/v1/score"} 2.0',
        "rnn_textclf_batch_texts_sum 2.0",
        "rnn_textclf_waiting_texts 0.0",
    ):
        assert line in lines


def test_every_route_is_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]
    methods = {"GET", "POST"}
    for path, operations in described.items():
        allowed = client.request("OPTIONS", path).headers["allow"].replace("HEAD", "").replace(",", " ").split()
        assert {name.upper() for name in operations} == methods & set(allowed)
    assert Endpoints.score.__doc__
