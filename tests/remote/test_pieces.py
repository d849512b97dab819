"""The pure pieces: addresses, headers, patches, stored conversations; and what a start imports."""

import subprocess
import sys
from typing import Any

import msgspec
import pytest

from tui.protocol.agui.json_patch import Operation
from tui.protocol.commands import RestoreHistory
from tui.remote.agui_thread import AguiThread
from tui.remote.remote_settings import (
    AddressError,
    RemoteSettings,
    parsed_address,
    parsed_header,
)
from tui.remote.state_patch import PatchError, patched


def test_the_first_frame_does_not_wait_for_the_http_client() -> None:
    code = "import sys, tui.remote.remote_source; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"httpx2", "tui.protocol.agui.agui_events", "agents", "pydantic", "textual"}


@pytest.mark.parametrize(
    ("text", "url", "login"),
    [
        ("http://host", "http://host/", None),
        ("HTTP://Host:80/a?b=c#d", "http://Host:80/a?b=c", None),
        ("https://me:secret@host/agui", "https://host/agui", ("me", "secret")),
        ("http://[::1]:8000/agui", "http://[::1]:8000/agui", None),
    ],
)
def test_an_address_is_read(text: str, url: str, login: tuple[str, str] | None) -> None:
    assert parsed_address(text) == (url, login)


@pytest.mark.parametrize(
    ("url", "agent"),
    [
        ("http://host/", "agent"),
        ("http://host/agui", "agent"),
        ("http://host/support/agui", "support"),
        ("http://host/agents/billing", "billing"),
    ],
)
def test_an_agent_is_named_by_its_path(url: str, agent: str) -> None:
    assert RemoteSettings(url=url).agent == agent


def test_a_header_that_could_smuggle_another_is_refused() -> None:
    assert parsed_header("X-A:  b c ") == ("X-A", "b c")
    for text in ("no colon", ": x", "X-A: a\r\nX-B: c", "X A: b"):
        with pytest.raises(AddressError) as refused:
            parsed_header(text)
        assert "\r" not in str(refused.value)


def operations(patch: list[dict[str, Any]]) -> list[Operation]:
    return msgspec.convert(patch, list[Operation])


@pytest.mark.parametrize(
    ("document", "patch", "after"),
    [
        ({"a": 1}, [{"op": "add", "path": "/b", "value": {"c": []}}], {"a": 1, "b": {"c": []}}),
        ({"a": [1, 2]}, [{"op": "add", "path": "/a/1", "value": 9}], {"a": [1, 9, 2]}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a/b": 1, "m~n": 2}, [{"op": "remove", "path": "/a~1b"},
                                {"op": "replace", "path": "/m~0n", "value": 3}], {"m~n": 3}),
        ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/c"}], {"a": {}, "c": 1}),
        ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"},
                      {"op": "add", "path": "/b/-", "value": 2}], {"a": [1], "b": [1, 2]}),
        ({"a": 1}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1}),
        ({"a": 1}, [{"op": "replace", "path": "", "value": [1]}], [1]),
    ],
)  # fmt: skip
def test_patches(document: Any, patch: list[dict[str, Any]], after: Any) -> None:
    assert patched(document, operations(patch)) == after


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "remove", "path": "/x"}],
        [{"op": "add", "path": "/x/y", "value": 1}],
        [{"op": "add", "path": "/l/7", "value": 1}],
        [{"op": "add", "path": "/l/01", "value": 1}],
        [{"op": "replace", "path": "/x", "value": 1}],
        [{"op": "add", "path": "/ok", "value": 1}, {"op": "test", "path": "/a", "value": 2}],
        [{"op": "move", "from": "/a", "path": "/a/b"}],
        [{"op": "add", "path": "no", "value": 1}],
    ],
)
def test_a_patch_that_does_not_fit_changes_nothing(patch: list[dict[str, Any]]) -> None:
    document = {"a": {"c": 1}, "l": [1]}
    with pytest.raises(PatchError):
        patched(document, operations(patch))
    assert document == {"a": {"c": 1}, "l": [1]}


def test_a_conversation_with_a_worker_continues_on_a_server() -> None:
    items = [
        {"role": "user", "content": "Weather?"},
        {"type": "reasoning", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}", "id": "f"},
        {"type": "function_call_output", "call_id": "c1", "output": "sunny"},
        {"type": "message", "role": "assistant", "id": "m",
         "content": [{"type": "output_text", "text": "Sunny."}]},
    ]  # fmt: skip
    raw = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in items)
    thread = AguiThread.restored(RestoreHistory(items=raw, partial="And to"))
    assert [one["role"] for one in thread.messages] == [
        "user", "assistant", "tool", "assistant", "assistant",
    ]  # fmt: skip
    assert thread.messages[1]["toolCalls"][0]["id"] == thread.messages[2]["toolCallId"] == "c1"
    assert thread.messages[-1]["content"] == "And to\n\n[interrupted]"


def test_the_store_grows_only_by_what_is_new() -> None:
    thread = AguiThread()
    thread.say("one")
    first = thread.changed(1, "r1")
    assert first is not None
    assert (first.keep, len(first.items)) == (0, 2)
    assert thread.changed(2, "r1") is None
    thread.messages.append({"id": "m", "role": "assistant", "content": "two"})
    second = thread.changed(3, "r1")
    assert second is not None
    assert (second.keep, len(second.items)) == (1, 2)
