"""Names that a Host header may have."""

import pytest

from rnn_textclf.inference.serving.http.hosts import AllowedHosts, is_loopback


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:9", "127.9.9.9:80", "[::1]:80"]
)
def test_this_machine_is_asked_under_its_own_names(host: str) -> None:
    assert AllowedHosts("127.0.0.1").allows(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.7:8000"),
        *("localhost@evil.example", "localhost/evil", "localhost:port", "localhost:80:90", "[::1", "a b", ":80", "?"),
    ],
)
def test_foreign_and_malformed_hosts_are_refused(host: str) -> None:
    assert not AllowedHosts("127.0.0.1").allows(host)
    assert not AllowedHosts("localhost").allows(host)


def test_an_open_server_is_also_asked_under_addresses_and_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk")
    monkeypatch.setattr("socket.getfqdn", lambda: "desk.example.org")
    hosts = AllowedHosts("0.0.0.0")
    assert all(map(hosts.allows, ["10.0.0.7:8000", "desk:8000", "desk.example.org", "localhost", "[fe80::1]:8000"]))
    assert not hosts.allows("evil.example")


def test_loopback() -> None:
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "::1", "127.1.2.3"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.7", "example.org", ""]))


def test_a_page_asks_its_own_server_alone() -> None:
    hosts = AllowedHosts("127.0.0.1")
    assert hosts.allows_origin("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert hosts.allows_origin("https://Desk:8000", "desk:8000")
    for origin in ("http://127.0.0.1:9000", "http://evil.example", "null", "", "http://[::1"):
        assert not hosts.allows_origin(origin, "127.0.0.1:8000")


def test_the_name_of_a_proxy_can_be_allowed() -> None:
    hosts = AllowedHosts("127.0.0.1", ["Text.example.org", " 10.0.0.7"])
    assert all(map(hosts.allows, ["text.example.org", "TEXT.example.org:443", "10.0.0.7:80", "localhost"]))
    assert not any(map(hosts.allows, ["example.org", "a.text.example.org", "10.0.0.8"]))
    # The proxy may pass requests on under the server's own address.
    assert hosts.allows_origin("https://text.example.org", "127.0.0.1:8000")
    assert not hosts.allows_origin("https://evil.example", "127.0.0.1:8000")
