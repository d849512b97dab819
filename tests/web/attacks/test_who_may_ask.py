"""Attacks on the token, Host and Origin."""

import pytest

from tests.web.attacks.conftest import TOKEN, Target, refusal

RIGHT, WRONG = f"Bearer {TOKEN}", "Bearer not-the-right-one"


@pytest.mark.parametrize(
    "tokens",
    [
        [""],
        ["Bearer"],
        [f"Basic {TOKEN}"],
        [TOKEN],
        [f"Bearer {TOKEN} x"],
        [f"Bearer {TOKEN}, Bearer x"],
        [f"Bearer {'x' * 40_000}"],
        [RIGHT, WRONG],
        [WRONG, RIGHT],
        [RIGHT, RIGHT],
    ],
    ids=lambda tokens: " + ".join(tokens)[:40] or "empty",
)
def test_a_token_that_is_not_the_token(target: Target, tokens: list[str]) -> None:
    http = target.service.client(token=None).http
    headers = [("authorization", token) for token in tokens]
    assert refusal(http.get("/sessions", headers=headers)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("name", ["token", "access_token", "authorization"])
def test_a_token_in_the_query_or_a_cookie(target: Target, name: str) -> None:
    http = target.service.client(token=None).http
    asked = http.get("/sessions", params={name: TOKEN}, headers={"cookie": f"{name}={TOKEN}"})
    assert refusal(asked) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "evil.example:80", "[::1",
     "0x7f000001", "2130706433", "127.0.0.1 evil.example", "localhost,evil.example", "\u0000"],
)  # fmt: skip
def test_dns_rebinding(target: Target, host: str) -> None:
    for path in ("/", "/healthz", "/sessions", "/agui", "/openapi.json"):
        raw = target.head(f"GET {path} HTTP/1.1").replace(target.host.encode(), host.encode())
        answer = target.raw(raw)
        assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")), (path, answer)
        assert b'"error":{"code":' in answer


@pytest.mark.parametrize(
    "hosts", [[], ["127.0.0.1", "127.0.0.1"], ["127.0.0.1", "evil.example"], [""]]
)
def test_no_host_or_two(target: Target, hosts: list[str]) -> None:
    lines = ["GET /sessions HTTP/1.1", *(f"host: {host}" for host in hosts)]
    head = "\r\n".join([*lines, f"authorization: {RIGHT}", "", ""])
    answer = target.raw(head.encode())
    assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 ")), answer
    assert b'"error":{"code":' in answer
    assert b'"sessions"' not in answer


@pytest.mark.parametrize(
    "origins",
    [["https://evil.example"], ["null"], ["http://["], ["http://127.0.0.1:1"], ["file://"],
     ["http://127.0.0.1@evil.example"], ["chrome-extension://abc"], ["OWN", "https://evil.example"],
     ["https://evil.example", "OWN"]],
)  # fmt: skip
def test_a_foreign_origin(target: Target, origins: list[str]) -> None:
    headers = [("origin", target.service.url if origin == "OWN" else origin) for origin in origins]
    for method, path in (("GET", "/sessions"), ("POST", "/sessions"), ("POST", "/agui")):
        answer = target.http.request(method, path, headers=headers)
        assert refusal(answer) == (403, "FORBIDDEN")
        assert "access-control-allow-origin" not in answer.headers


def test_a_preflight_from_elsewhere(target: Target) -> None:
    headers = {
        "origin": "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-private-network": "true",
    }
    answer = target.service.client(token=None).http.options("/sessions", headers=headers)
    assert refusal(answer) == (403, "FORBIDDEN")
    assert not [name for name in answer.headers if name.startswith("access-control-allow")]
