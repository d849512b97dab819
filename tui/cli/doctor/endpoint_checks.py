"""The endpoint: does it resolve, is its certificate valid, does it take the key, has it the model.

Each check needs the one before: after the first that fails, the others are left out.
"""

import difflib
import json
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import httpx2

from tui.cli.doctor.finding import Finding, Status, Values

SECONDS = 10.0
"""For each step."""
SOON = 14 * 86400
"""Seconds that a certificate should still be valid."""
NO_KEY = "no-key"


class Endpoint(NamedTuple):
    """What would be asked, and where that comes from."""

    base_url: str
    api: Literal["responses", "chat"]
    model: str
    """"" if nothing names one."""
    key: str
    """"" if there is none."""
    key_name: str
    """The variable that holds it; "" if the server needs none."""

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key or NO_KEY}"}

    def without_key(self, text: str) -> str:
        """A server may quote the key that it refuses."""
        return text.replace(self.key, "•••") if self.key else text


def check_endpoint(endpoint: Endpoint) -> Iterator[Finding]:
    """All but the call, which costs something."""
    url = urlsplit(endpoint.base_url)
    host, port = url.hostname or "", url.port or (443 if url.scheme == "https" else 80)
    yield _found("address", "ok", f"{endpoint.base_url} ({_api(endpoint)})")
    if (proxy := _proxy(url.scheme, host)) is not None:
        yield _found("proxy", "note", f"requests go through {proxy}: name and TLS are its own")
    else:
        for finding in _connected(url.scheme, host, port):
            yield finding
            if finding.status == "failed":
                return
    if endpoint.key_name and not endpoint.key:
        yield _found(
            "key", "failed", f"{endpoint.key_name} is not set",
            f"export {endpoint.key_name}=..., or name a file that sets it with --env-file.",
        )  # fmt: skip
        return
    yield from _asked(endpoint)


def _connected(scheme: str, host: str, port: int) -> Iterator[Finding]:
    began = time.monotonic()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        yield _found(
            "name", "failed", f"{host} does not resolve: {error.strerror or error}",
            "Is the address spelt right? Does the network need a VPN or a proxy (HTTPS_PROXY)?",
        )  # fmt: skip
        return
    yield _found("name", "ok", f"{host} resolves to {found[0][4][0]}", seconds=_since(began))
    began = time.monotonic()
    try:
        connection = socket.create_connection((host, port), SECONDS)
    except OSError as error:
        local = found[0][4][0] in ("127.0.0.1", "::1")
        yield _found(
            "connection", "failed", f"{host}:{port}: {error.strerror or error}",
            "Start the server, or name its port." if local else "Is a firewall in the way?",
        )  # fmt: skip
        return
    with connection:
        yield _found("connection", "ok", f"port {port}", seconds=_since(began))
        if scheme == "https":
            yield _tls(connection, host)


_OWN_AUTHORITY = (
    "For a server of your own: SSL_CERT_FILE=ca.pem, with the authority that signed it."
)
_TLS_MENDS = {
    9: "Is this machine's clock right?",  # not valid yet
    10: "The server needs a new certificate; or is this machine's clock wrong?",  # expired
    62: "Use the name that the certificate is for in the address.",
}
"""By the number of OpenSSL's verification error."""


def _tls(connection: socket.socket, host: str) -> Finding:
    began = time.monotonic()
    try:
        with _certificates().wrap_socket(connection, server_hostname=host) as secure:
            certificate, version = secure.getpeercert() or {}, secure.version()
    except ssl.SSLCertVerificationError as error:
        return _found(
            "TLS", "failed", f"its certificate is not accepted: {error.verify_message}",
            _TLS_MENDS.get(error.verify_code, _OWN_AUTHORITY),
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return _found("TLS", "failed", str(error), "Does the server speak https at this port?")
    ends = ssl.cert_time_to_seconds(str(certificate.get("notAfter", "Jan  1 00:00:00 2100 GMT")))
    left = ends - time.time()
    text = f"{version}, certificate valid for {left / 86400:,.0f} days"
    status: Status = "ok" if left > SOON else "warning"
    return _found("TLS", status, text, seconds=_since(began))


def _certificates() -> ssl.SSLContext:
    """Those that the client uses too."""
    context = ssl.create_default_context()
    if not os.environ.get("SSL_CERT_FILE") and not os.environ.get("SSL_CERT_DIR"):
        import certifi  # noqa: PLC0415 - only where a connection is checked

        context.load_verify_locations(certifi.where())
    return context


def _asked(endpoint: Endpoint) -> Iterator[Finding]:
    """GET /models: is the key accepted, is the model there."""
    try:
        answer = httpx2.get(
            f"{endpoint.base_url.rstrip('/')}/models", headers=endpoint.headers, timeout=SECONDS
        )
    except httpx2.HTTPError as error:
        yield _found("models", "failed", endpoint.without_key(f"{error}" or type(error).__name__))
        return
    name = endpoint.key_name
    if answer.status_code in (401, 403):
        refused = f"the key in {name} is not accepted" if name else "the server needs a key"
        yield _found(
            "key", "failed", f"{refused} ({answer.status_code}): {_said(endpoint, answer)}",
            ("Make a new key" if name else "Name the variable that holds it with key_env")
            + ", or choose the profile of another server.",
        )  # fmt: skip
        return
    if answer.status_code in (404, 405, 501):
        wrong = _is_page(answer)
        yield _found(
            "models", "warning", f"it does not list its models ({answer.status_code})",
            "Many addresses end with /v1: is this the whole of it?" if wrong else
            "The small call shows whether the key and the model are right.",
        )  # fmt: skip
        return
    if answer.status_code != 200:
        yield _found(
            "models", "failed", f"{answer.status_code}: {_said(endpoint, answer)}",
            "Try again later." if answer.status_code >= 500 else "",
        )  # fmt: skip
        return
    if (names := _names(answer)) is None:
        yield _found(
            "models", "failed", "GET /models does not answer with a list of models",
            "Is this the address of an API? Many end with /v1.",
        )  # fmt: skip
        return
    takes = f"the key in {name} is accepted" if name else "the server needs no key"
    yield _found("key", "ok", takes)
    yield _model(endpoint.model, names)


def _model(model: str, names: list[str]) -> Finding:
    if not model:
        few = ", ".join(names[:3])
        return _found("model", "note", f"nothing names one; it has {len(names)}, such as {few}")
    if model in names:
        return _found("model", "ok", f"{model} is there, one of {len(names)}")
    near = difflib.get_close_matches(model, names, 3) or names[:3]
    others = " ..." if len(names) > len(near) else ""
    there = {0: "it has no model", 1: "it has one model"}.get(
        len(names), f"it has {len(names)} models"
    )
    return _found(
        "model", "failed", f"{model} is not there; {there}",
        f"Choose one with --model: {', '.join(near)}{others}" if near else "Load a model first.",
    )  # fmt: skip


def _names(answer: httpx2.Response) -> list[str] | None:
    try:
        held = answer.json()
    except ValueError:
        return None
    data = held.get("data", held.get("models")) if isinstance(held, Mapping) else held
    if not isinstance(data, list):
        return None
    ids = [one.get("id", one.get("name")) if isinstance(one, Mapping) else one for one in data]
    return [one for one in ids if isinstance(one, str)]


def said_by(text: str) -> str:
    """The server's words in the body of an error."""
    try:
        held = json.loads(text)
    except ValueError:
        return " ".join(text.split())[:200]
    error = held.get("error", held) if isinstance(held, dict) else held
    message = error.get("message") if isinstance(error, dict) else error
    return str(message or held)[:300]


def _said(endpoint: Endpoint, answer: httpx2.Response) -> str:
    return endpoint.without_key(said_by(answer.text))


def _is_page(answer: httpx2.Response) -> bool:
    return "json" not in answer.headers.get("content-type", "")


def _api(endpoint: Endpoint) -> str:
    return "Responses" if endpoint.api == "responses" else "Chat Completions"


def _proxy(scheme: str, host: str) -> str | None:
    if urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(scheme)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 4)


def _found(
    check: str, status: Status, text: str, mend: str = "", seconds: float | None = None
) -> Finding:
    values: Values = {} if seconds is None else {"seconds": seconds}
    return Finding(area="endpoint", check=check, status=status, text=text, mend=mend, values=values)
