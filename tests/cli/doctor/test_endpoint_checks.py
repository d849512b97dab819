"""The endpoint with each thing wrong once: what is found, and what mends it."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cli.doctor.odd_server import CHUNKS, KEY, MODELS, OddServer
from tui.cli.doctor.call_check import check_call
from tui.cli.doctor.endpoint_checks import Endpoint, check_endpoint
from tui.cli.doctor.finding import Finding, is_well


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def endpoint(url: str, **changes: Any) -> Endpoint:
    given = {"api": "chat", "model": "big-1", "key": KEY, "key_name": "MY_KEY", **changes}
    return Endpoint(base_url=url, **given)


def of(check: str, findings: list[Finding]) -> Finding:
    (found,) = [one for one in findings if one.check == check]
    return found


def text_of(findings: list[Finding]) -> str:
    return "\n".join(f"{one.check} {one.text} {one.mend}" for one in findings)


def test_nothing_is_wrong_with_a_healthy_one() -> None:
    with OddServer() as server:
        asked = endpoint(server.base_url)
        found = [*check_endpoint(asked), *check_call(asked)]
        assert [one.status for one in found if one.status != "ok"] == []
        assert [one.check for one in found] == [
            "address", "name", "connection", "key", "model", "streams", "usage", "TTFT", "tok/s",
        ]  # fmt: skip
        assert isinstance(of("TTFT", found).values["ttft"], float)
        assert of("model", found).text == "big-1 is there, one of 2"
        assert of("usage", found).text == "5 output tokens are reported"
        assert server.keys == [f"Bearer {KEY}"]
        assert KEY not in text_of(found)
        (call,) = server.calls
        assert call["stream"] is True
        assert call["stream_options"] == {"include_usage": True}


def test_whether_a_server_needs_a_key_is_said() -> None:
    with OddServer() as server:
        found = list(check_endpoint(endpoint(server.base_url, key="", key_name="")))
    assert (of("key", found).status, of("key", found).text) == ("ok", "the server needs no key")
    with OddServer(models=(401, {"error": {"message": "who are you?"}})) as server:
        found = list(check_endpoint(endpoint(server.base_url, key="", key_name="")))
    assert of("key", found).text == "the server needs a key (401): who are you?"
    assert "key_env" in of("key", found).mend


ADDRESSES = [
    ("http://no-such-host.invalid/v1", "name", "does not resolve", "spelt right"),
    ("http://127.0.0.1:9/v1", "connection", "refused", "Start the server"),
    ("https://localhost:PORT/v1", "TLS", "", "https at this port"),
]


@pytest.mark.parametrize(("url", "check", "text", "mend"), ADDRESSES)
def test_an_address_that_is_wrong_is_found_before_anything_is_sent(
    url: str, check: str, text: str, mend: str
) -> None:
    with OddServer() as server:
        port = server.base_url.rpartition(":")[2].partition("/")[0]
        found = list(check_endpoint(endpoint(url.replace("PORT", port))))
        assert (found[-1].check, found[-1].status) == (check, "failed")
        assert text in found[-1].text.lower()
        assert mend in found[-1].mend
        assert server.keys == []


REFUSED = (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}})
ANSWERS: list[tuple[str, Any, dict[str, Any], str, str, str, str]] = [
    ("a wrong key", REFUSED, {}, "key", "failed", "MY_KEY is not accepted (401)", "new key"),
    ("no key", MODELS, {"key": ""}, "key", "failed", "MY_KEY is not set", "export MY_KEY="),
    ("a model that is not there", MODELS, {"model": "big-2"}, "model", "failed",
     "big-2 is not there; it has 2 models", "--model: big-1"),
    ("no model named", MODELS, {"model": ""}, "model", "note", "nothing names one; it has 2", ""),
    ("no models", {"data": []}, {}, "model", "failed", "it has no model", "Load a model"),
    ("no list", (404, {"error": "no"}), {}, "models", "warning", "does not list", "small call"),
    ("half an address", (404, "<html>"), {}, "models", "warning", "does not list", "with /v1"),
    ("a page", "<html>", {}, "models", "failed", "does not answer with a list", "/v1"),
    ("an outage", (503, {"error": {"message": "down"}}), {}, "models", "failed", "503: down",
     "Try again later"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("models", "changes", "expected"),
    [(*row[1:3], row[3:]) for row in ANSWERS], ids=[row[0] for row in ANSWERS],
)  # fmt: skip
def test_what_the_server_says_of_itself(
    models: Any, changes: dict[str, Any], expected: tuple[str, str, str, str]
) -> None:
    check, status, text, mend = expected
    with OddServer(models=models) as server:
        found = list(check_endpoint(endpoint(server.base_url, **changes)))
    one = of(check, found)
    assert (one.status, is_well(found)) == (status, status != "failed")
    assert text in one.text
    assert mend in one.mend
    assert KEY not in text_of(found)


CALLS: list[tuple[str, dict[str, Any], str, str, str, str]] = [
    ("no stream", {"whole": True}, "streams", "warning", "as one piece", "proxy"),
    ("one piece", {"chunks": [CHUNKS[0], CHUNKS[-1]]}, "streams", "warning", "one piece", "proxy"),
    ("no usage", {"chunks": CHUNKS[:-1]}, "usage", "warning", "reports no tokens", "option"),
    ("the other API", {"chunks": (404, {"error": "no such path"})}, "call", "failed",
     "404: no such path", "--api responses"),
    ("no money", {"chunks": (429, {"error": {"message": "quota"}})}, "call", "failed",
     "429: quota", "account"),
    ("the key echoed", {"chunks": (401, {"error": {"message": f"bad key {KEY}"}})}, "call",
     "failed", "401: bad key •••", "new one"),
    ("an error in the stream", {"chunks": [{"error": {"message": "out of memory"}}]}, "call",
     "failed", "out of memory", "log"),
    ("a page", {"chunks": (200, "<html>")}, "call", "failed", "no stream, but text/html", "log"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("server", "check", "status", "text", "mend"),
    [row[1:] for row in CALLS], ids=[row[0] for row in CALLS],
)  # fmt: skip
def test_what_the_small_call_shows(
    server: dict[str, Any], check: str, status: str, text: str, mend: str
) -> None:
    with OddServer(**server) as odd:
        found = list(check_call(endpoint(odd.base_url)))
    one = of(check, found)
    assert one.status == status
    assert text in one.text
    assert mend in one.mend
    assert KEY not in text_of(found)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_is_checked(
    trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    if trusted:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with OddServer(tls=context) as server:
        found = list(check_endpoint(endpoint(server.base_url)))
    one = of("TLS", found)
    assert one.status == ("ok" if trusted else "failed")
    assert ("valid for" if trusted else "not accepted") in one.text
    assert is_well(found) is trusted
    if not trusted:
        assert "SSL_CERT_FILE" in one.mend


@pytest.mark.parametrize(
    ("name", "days", "expected"),
    [
        ("localhost", -1, ("expired", "needs a new certificate")),
        ("other.test", 30, ("mismatch", "Use the name that the certificate is for")),
    ],
)
def test_a_certificate_of_another_day_or_another_host_is_refused(
    name: str, days: int, expected: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = datetime.now(tz=UTC) + timedelta(days=days)
    authority.issue_cert(name, not_after=ends).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with OddServer(tls=context) as server:
        one = of("TLS", list(check_endpoint(endpoint(server.base_url))))
        assert server.keys == []
    assert one.status == "failed"
    assert expected[0] in one.text
    assert expected[1] in one.mend


def test_without_a_model_no_call_is_made() -> None:
    with OddServer() as server:
        (found,) = check_call(endpoint(server.base_url, model=""))
        assert (found.status, server.calls) == ("skipped", [])
