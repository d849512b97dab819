"""A client of the service, as one writes it with an HTTP library."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import msgspec

from tests.support.patience import PATIENCE


class Told(msgspec.Struct, frozen=True):
    """One message of a stream."""

    id: str
    event: str
    data: dict[str, Any]


class Client:
    """``token``: None sends none."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        # A proxy of the machine's must not be asked.
        self.http = httpx2.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False)

    def new_session(self, **body: Any) -> str:
        answer = self.http.post("/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def session(self, id_: str) -> Any:
        answer = self.http.get(f"/sessions/{id_}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def say(self, session: str, message: str, **body: Any) -> list[Told]:
        """Send a message; the whole stream."""
        with self.saying(session, message, **body) as told:
            return list(told)

    @contextmanager
    def saying(self, session: str, message: str, **body: Any) -> Iterator[Iterator[Told]]:
        """Send a message; its stream while it comes."""
        path = f"/sessions/{session}/messages"
        with self.streaming("POST", path, json={"message": message, **body}) as told:
            yield told

    @contextmanager
    def streaming(self, method: str, path: str, **more: Any) -> Iterator[Iterator[Told]]:
        with self.http.stream(method, path, **more) as answer:
            if answer.status_code != 200:
                answer.read()
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield told_in(answer.iter_lines())

    def events(self, session: str, after: str = "") -> list[Told]:
        """What has happened up to now."""
        headers = {"last-event-id": after} if after else {}
        path = f"/sessions/{session}/events?until=now"
        with self.streaming("GET", path, headers=headers) as told:
            return list(told)


def told_in(lines: Iterator[str]) -> Iterator[Told]:
    """Messages in the lines of a stream."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line:
            if fields:
                yield Told(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def text_of(told: list[Told]) -> str:
    """The answer, as the deltas give it."""
    return "".join(one.data["delta"] for one in told if one.event == "text_delta")


def joined(told: Iterable[Told]) -> list[tuple[str, str, Any]]:
    """What was said, however its deltas were joined: name, last id, and data without times."""
    found: list[tuple[str, str, Any]] = []
    for one in told:
        data = {k: v for k, v in one.data.items() if k not in {"timestamp", "words"}}
        if "delta" in data and found:
            name, _, before = found[-1]
            if name == one.event and before | {"delta": ""} == data | {"delta": ""}:
                whole = data | {"delta": before["delta"] + data["delta"]}
                found[-1] = (name, one.id, whole)
                continue
        found.append((one.event, one.id, data))
    return found
