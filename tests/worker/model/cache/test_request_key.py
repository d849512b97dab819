"""Which requests are the same, and which are never answered from the cache."""

import json
from typing import Any

import pytest

from tui.worker.model.cache.request_key import cache_key

URL = "https://api.example.com/v1/responses"
CHAT = "https://api.example.com/v1/chat/completions"
BODY: dict[str, Any] = {"model": "m", "input": [{"role": "user", "content": "hi"}]}
HEADERS = {"Authorization": "Bearer one", "OpenAI-Organization": "org"}


def key(
    body: dict[str, Any] = BODY, url: str = URL, headers: dict[str, str] = HEADERS
) -> bytes | None:
    found = cache_key("POST", url, headers, json.dumps(body).encode())
    return None if found is None else found.digest


def calls(*ids: str) -> dict[str, Any]:
    items = [{"type": "function_call", "name": "f", "arguments": "{}", "call_id": i} for i in ids]
    outputs = [{"type": "function_call_output", "output": "1", "call_id": i} for i in ids]
    return {"model": "m", "input": [*items, *outputs]}


def chat_calls(*ids: str) -> dict[str, Any]:
    function = {"name": "f", "arguments": "{}"}
    made = [{"id": i, "type": "function", "function": function} for i in ids]
    outputs = [{"role": "tool", "content": "1", "tool_call_id": i} for i in ids]
    return {"model": "m", "messages": [{"role": "assistant", "tool_calls": made}, *outputs]}


@pytest.mark.parametrize(
    "more",
    [
        {"stream": True},
        {"stream": True, "stream_options": {"include_usage": True}},
        {"prompt_cache_key": "agents-sdk:run:0123"},
    ],
)
def test_what_does_not_change_the_answer_is_left_out(more: dict[str, Any]) -> None:
    assert key(BODY | more) == key()


def test_ids_of_calls_are_numbered() -> None:
    assert key(calls("call_0", "b")) == key(calls("x", "y"))
    assert key(calls("a", "b")) != key(calls("a", "a"))
    assert key(chat_calls("call_0", "b"), CHAT) == key(chat_calls("x", "y"), CHAT)
    assert key(chat_calls("a", "b"), CHAT) != key(chat_calls("a", "a"), CHAT)


def test_keys_are_in_no_key_but_organisations_are() -> None:
    assert key(headers=HEADERS | {"Authorization": "Bearer two", "api-key": "k"}) == key()
    assert key(headers=HEADERS | {"X-Stainless-Retry-Count": "1"}) == key()
    assert key(headers=HEADERS | {"OpenAI-Organization": "other"}) != key()
    assert key(headers=HEADERS | {"X-Variant": "b"}) != key()


@pytest.mark.parametrize(
    "more",
    [
        {"model": "n"},
        {"instructions": "Be brief."},
        {"temperature": 0.5},
        {"tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}]},
        {"text": {"format": {"type": "json_schema"}}},
        {"metadata": {"a": "b"}},
        {"reasoning": {"effort": "low"}},
    ],
)
def test_everything_else_is_in_it(more: dict[str, Any]) -> None:
    assert key(BODY | more) not in {None, key()}


def test_the_address_is_in_it() -> None:
    urls = [URL, URL.replace("api.", "other."), URL.replace("https", "http"), f"{URL}?v=2",
            URL.replace("/v1", "/v2")]  # fmt: skip
    assert len({key(url=url) for url in urls}) == len(urls)


def picture(url: str) -> dict[str, Any]:
    part = {"type": "input_image", "image_url": url}
    return {"model": "m", "input": [{"role": "user", "content": [part]}]}


def test_pictures_by_address_are_never_cached_but_data_is() -> None:
    assert key(picture("https://example.com/cat.png")) is None
    assert key(picture("data:image/png;base64,AAAA")) is not None
    chat = {"type": "image_url", "image_url": {"url": "http://example.com/cat.png"}}
    assert key({"model": "m", "messages": [{"role": "user", "content": [chat]}]}, CHAT) is None


@pytest.mark.parametrize(
    "more",
    [
        {"previous_response_id": "resp_1"},
        {"conversation": "conv_1"},
        {"conversation": {"id": "conv_1"}},
        {"prompt": {"id": "pmpt_1"}},
        {"background": True},
        {"input": [{"type": "item_reference", "id": "msg_1"}]},
        {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "file_1"}]}]},
        {"tools": [{"type": "web_search"}]},
        {"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]},
        {"tools": [{"type": "mcp", "server_url": "https://example.com"}]},
        {"tools": [{"type": "file_search", "vector_store_ids": ["vs"]}]},
        {"tools": [{"type": "shell", "environment": {"type": "container_auto"}}]},
        {"tools": [{"type": "something_new"}]},
        {"tools": [{"type": "namespace", "tools": [{"type": "web_search"}]}]},
        {"web_search_options": {}, "model": "gpt-4o-search-preview"},
        {"model": "x/y:online"},
        {"plugins": [{"id": "web"}]},
    ],
)
def test_what_depends_on_more_than_the_request_is_never_cached(more: dict[str, Any]) -> None:
    assert key(BODY | more) is None


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", URL, b"{}"),
        ("POST", "https://api.example.com/v1/embeddings", b"{}"),
        ("POST", URL, b"not json"),
        ("POST", URL, b"[]"),
    ],
)
def test_other_requests_are_left_alone(method: str, url: str, body: bytes) -> None:
    assert cache_key(method, url, {}, body) is None
