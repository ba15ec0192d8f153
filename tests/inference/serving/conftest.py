"""A server of a fake model, asked in this process."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.inference.serving.fake_model import FakeModel
from tests.inference.serving.live_server import ADDRESS, app_of


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def client(model: FakeModel) -> Iterator[TestClient]:
    with TestClient(app_of(model), base_url=f"http://{ADDRESS}", raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client
