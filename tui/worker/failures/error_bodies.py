"""The bodies of HTTP errors, in the shapes of the servers that people use. Pure."""

from collections.abc import Mapping
from typing import Any


def error_in(body: object) -> Mapping[str, Any]:
    """The error that a body holds, with a ``message`` where there is one.

    Gemini puts it into a list, Ollama's own API sends a text, servers on FastAPI a ``detail``.
    """
    if isinstance(body, list) and body:
        return error_in(body[0])
    if isinstance(body, str):
        return {"message": body}
    if not isinstance(body, Mapping):
        return {}
    if isinstance(body.get("error"), Mapping | str):
        return error_in(body["error"])
    if "message" not in body and "detail" in body:
        return {**body, "message": _detail(body["detail"])}
    return body


def words_of(error: Mapping[str, Any]) -> str:
    """Its message, and what the provider behind OpenRouter said."""
    message, metadata = error.get("message"), error.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    return ": ".join(one for one in (message, raw) if isinstance(one, str) and one)


def _detail(detail: object) -> str:
    problems = detail if isinstance(detail, list) else [detail]
    return "; ".join(
        str(one.get("msg") or one) if isinstance(one, Mapping) else str(one) for one in problems
    )
