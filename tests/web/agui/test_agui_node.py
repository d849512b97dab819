"""AG-UI's own client in node, which `make web` installs, and its checker as a program."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.conversation.test_any_order import ANY_EVENT, timed
from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Provider, RequestRecord, Step, ToolCall
from tests.web.agui.test_any_order_in_agui import in_one_run, runs_of
from tests.web.agui.translating import steps_of
from tests.web.conftest import Serve
from tui.protocol.events import Event

HERE = Path(__file__).parent / "node"
INSTALLED = Path(__file__).parents[3] / ".cache" / "agui-client"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(
    NODE is None or not (INSTALLED / "node_modules" / "@ag-ui" / "client").is_dir(),
    reason="needs node and @ag-ui/client: `make web` installs the client",
)


def node(script: str, *arguments: str, input_: str | None = None) -> str:
    done = subprocess.run(
        [str(NODE), str(HERE / script), *arguments],
        input=input_,
        cwd=INSTALLED,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def playing(request: RequestRecord) -> Step:
    """A model that does what the user's message is about."""
    if request.tool_outputs:
        return Answer(f"Done: {', '.join(request.tool_outputs.values())}.")
    match request.last_user_text:
        case "2 + 3?":
            return Answer(tool_calls=[ToolCall("add", {"a": 2, "b": 3}, id="to_add")])
        case "launch":
            return Answer(tool_calls=[ToolCall("launch", {"target": "Mars"}, id="to_mars")])
        case "paint it":
            return Answer("Painting.", tool_calls=[ToolCall("paint", {}, id="to_red")])
        case _:
            return Answer(deltas=["slow"] * 200, pace=0.05)


@needs_node
def test_its_own_client_has_a_whole_conversation(serve: Serve) -> None:
    with Provider(route=playing) as provider:
        service = serve(provider=provider)
        printed = node("conversation.mjs", f"{service.url}/agui", service.token or "")
    told: dict[str, Any] = {line["step"]: line for line in map(json.loads, printed.splitlines())}
    assert all(not line["warnings"] for line in told.values())
    assert told["tool"]["outcome"] == "success"
    assert [message["role"] for message in told["tool"]["messages"]] == [
        "user", "assistant", "tool", "assistant",
    ]  # fmt: skip
    assert told["tool"]["messages"][-1]["content"] == "Done: 5."
    assert {"STEP_STARTED", "STATE_DELTA", "MESSAGES_SNAPSHOT", "CUSTOM"} <= {*told["tool"]["seen"]}
    assert told["interrupt"]["outcome"] == "interrupt"
    assert [one["toolCallId"] for one in told["interrupt"]["asked"]] == ["to_mars"]
    assert told["resumed"]["pending"] == []
    assert told["resumed"]["messages"][-1]["content"] == "Done: launched at Venus."
    assert told["client tool"]["pending"] == ["to_red"]
    assert told["painted"]["messages"][-1]["content"] == "Done: it is red."
    assert told["painted"]["state"]["streamtui"]["status"] == "done"
    assert told["aborted"]["messages"][-1]["content"].startswith("slow")
    assert provider.requests[-1].client_closed_at is not None


@needs_node
def test_its_own_rules_are_kept_by_any_order_of_events() -> None:
    streams: list[Any] = []

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.lists(ANY_EVENT.map(in_one_run), max_size=60), st.booleans())
    def collect(session: list[Event], modern: bool) -> None:
        streams.extend(runs_of(steps_of(timed(session)), modern=modern))

    collect()
    assert len(streams) > 50
    assert node("verify.mjs", input_=json.dumps(streams)) == "ok\n"


@pytest.mark.parametrize("message", ["2 + 3?", "launch"])
def test_the_checker_finds_nothing_in_what_curl_would_record(serve: Serve, message: str) -> None:
    body = {
        "threadId": message,
        "runId": "run",
        "protocolVersion": "1.0",
        "messages": [{"id": "1", "role": "user", "content": message}],
    }
    with Provider(route=playing) as provider:
        recorded = serve(provider=provider).client().http.post("/agui", json=body)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "ag-ui-validate"), "-", "--json", "--max-warnings", "0"],
        input=recorded.text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["diagnostics"] == []
