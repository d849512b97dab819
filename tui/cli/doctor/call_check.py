"""One small call of the model: does it stream, does it report its tokens, how fast is it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2

from tui.cli.doctor.endpoint_checks import Endpoint, said_by
from tui.cli.doctor.finding import Finding, Status, Values

PROMPT = "Count from one to twenty in words."
MOST_TOKENS = 400
"""Reasoning counts, too."""
SILENCE = 60.0
"""Seconds without an event."""
SLOW_TTFT, SLOW_RATE = 2.0, 10.0


class Answer:
    """What came of it, with its times."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.first: float | None = None
        """Seconds until the first word, of reasoning too."""
        self.last = 0.0
        self.deltas = 0
        self.characters = 0
        self.output: int | None = None
        """Tokens, as the server has reported them."""
        self.whole = False
        """It came at once, and not as a stream."""

    def word(self, text: str) -> None:
        if text:
            self.last = time.monotonic() - self.began
            self.first = self.last if self.first is None else self.first
            self.deltas += 1
            self.characters += len(text)

    @property
    def rate(self) -> float | None:
        """Tokens per second after the first word; reported tokens or none."""
        if self.first is None or self.output is None or self.last <= self.first:
            return None
        return (self.output - 1) / (self.last - self.first)


def check_call(endpoint: Endpoint) -> Iterator[Finding]:
    """It costs some tokens: ask first."""
    if not endpoint.model:
        yield _found(
            "call", "skipped", "nothing names a model", "Name one with --model, or in the profile."
        )
        return
    answer = Answer()
    try:
        problem = _call(endpoint, answer)
    except httpx2.HTTPError as error:
        problem = f"{error}" or type(error).__name__
        if isinstance(error, httpx2.TimeoutException):
            problem = f"no event for {SILENCE:.0f} s"
    if problem:
        yield _found("call", "failed", endpoint.without_key(problem), _mend(endpoint, problem))
        return
    yield from _judged(answer)


def _judged(answer: Answer) -> Iterator[Finding]:
    if answer.whole or answer.deltas < 2:
        how = "as one piece" if answer.deltas else "empty"
        yield _found(
            "streams", "warning", f"no: the answer came {how}",
            "Something between may collect answers: a proxy's buffering, or a gateway.",
        )  # fmt: skip
    else:
        yield _found("streams", "ok", f"yes, in {answer.deltas} pieces")
    if answer.output is None:
        yield _found(
            "usage", "warning", "it reports no tokens: figures are estimates, marked ~",
            "Does the server have an option for it (stream_options.include_usage)?",
        )  # fmt: skip
    else:
        yield _found("usage", "ok", f"{answer.output} output tokens are reported")
    values: Values = {"ttft": _rounded(answer.first)}
    if answer.first is not None:
        slow: Status = "warning" if answer.first > SLOW_TTFT else "ok"
        yield _found("TTFT", slow, f"{answer.first:.2f} s to the first word", values=values)
    if answer.rate is not None and not answer.whole and answer.deltas > 1:
        slow = "warning" if answer.rate < SLOW_RATE else "ok"
        rate: Values = {"rate": _rounded(answer.rate)}
        yield _found("tok/s", slow, f"{answer.rate:.1f} after it", values=rate)


def _call(endpoint: Endpoint, answer: Answer) -> str:
    """Make it; returns what is wrong, "" if nothing is."""
    path, body = _request(endpoint)
    timeout = httpx2.Timeout(SILENCE, connect=10.0)
    with (
        httpx2.Client(timeout=timeout) as client,
        client.stream(
            "POST", f"{endpoint.base_url.rstrip('/')}/{path}", json=body, headers=endpoint.headers
        ) as response,
    ):
        if response.status_code != 200:
            return f"{response.status_code}: {said_by(response.read().decode(errors='replace'))}"
        kind = response.headers.get("content-type", "")
        if "event-stream" not in kind:
            return _read_whole(answer, response.read().decode(errors="replace"), kind)
        for line in response.iter_lines():
            if line.startswith("data:") and (data := line[5:].strip()) != "[DONE]":
                try:
                    event = json.loads(data)
                except ValueError:
                    return f"an event is no JSON: {data[:100]}"
                if isinstance(event, dict) and (wrong := _read(answer, event)):
                    return wrong
    return ""


def _request(endpoint: Endpoint) -> tuple[str, dict[str, Any]]:
    if endpoint.api == "responses":
        return "responses", {
            "model": endpoint.model, "input": PROMPT, "stream": True,
            "max_output_tokens": MOST_TOKENS,
        }  # fmt: skip
    return "chat/completions", {
        "model": endpoint.model, "messages": [{"role": "user", "content": PROMPT}], "stream": True,
        "stream_options": {"include_usage": True},
    }  # fmt: skip


def _read(answer: Answer, event: dict[str, Any]) -> str:
    """An event of either API; returns the error that it reports."""
    kind = str(event.get("type", ""))
    if event.get("error") or kind in ("error", "response.failed"):
        held = event.get("error") or event.get("response", {}).get("error") or event
        return str(held.get("message", held) if isinstance(held, dict) else held)
    if kind.endswith(".delta") and isinstance(event.get("delta"), str):
        answer.word(event["delta"])
    for choice in event.get("choices") or ():
        delta = choice.get("delta") or {}
        for name in ("reasoning_content", "reasoning", "content"):
            if isinstance(delta.get(name), str):
                answer.word(delta[name])
    usage = event.get("usage") or (event.get("response") or {}).get("usage") or {}
    tokens = usage.get("output_tokens", usage.get("completion_tokens"))
    if isinstance(tokens, int):
        answer.output = tokens
    return ""


def _read_whole(answer: Answer, text: str, kind: str) -> str:
    try:
        held = json.loads(text)
    except ValueError:
        return f"the answer is no stream, but {kind or 'of an unknown type'}"
    answer.whole = True
    answer.word(text)
    usage = held.get("usage") or {} if isinstance(held, dict) else {}
    tokens = usage.get("output_tokens", usage.get("completion_tokens"))
    answer.output = tokens if isinstance(tokens, int) else None
    return ""


def _mend(endpoint: Endpoint, problem: str) -> str:
    code = problem[:3]
    other = "chat" if endpoint.api == "responses" else "responses"
    match code:
        case "404" | "405" | "501":
            return f"Try the other API: --api {other}. Or the model is not there."
        case "401" | "403":
            return "The key is not accepted: make a new one, or export another."
        case "429":
            return "Too many requests, or no money left: see the account at the provider."
        case "400" | "422":
            return f"The server does not understand the request: try --api {other}."
    return "Try again; if it stays, look at the server's log."


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _found(
    check: str,
    status: Status,
    text: str,
    mend: str = "",
    values: Values | None = None,
) -> Finding:
    return Finding(
        area="endpoint", check=check, status=status, text=text, mend=mend, values=values or {}
    )
