"""The examples of docs/web.md, run as they stand there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.provider import Answer, Provide, ToolCall
from tests.web.client import told_in
from tests.web.conftest import Serve, Service

DOCS = Path(__file__).parents[2] / "docs" / "web.md"
EXAMPLES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("curl ")
]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")


def curl(example: str, service: Service, **variables: str) -> str:
    """What it prints, with the status on its last line."""
    environment = {"URL": service.url, "TOKEN": service.token, "PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(
        ["sh", "-c", f"{example} --noproxy '*' -w '\\n%{{http_code}}'"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def example(*words: str) -> str:
    """The only one with these words."""
    found = [str(line) for line in EXAMPLES if all(word in line for word in words)]
    assert len(found) == 1, (words, found)
    return found[0]


def test_the_examples_do_what_they_say(serve: Serve, provide: Provide) -> None:
    asking_first = Answer(tool_calls=[ToolCall("launch", {"target": "it"})])
    service = serve(provider=provide(asking_first, Answer("You fall."), Answer("You stand.")))
    client = service.client()
    begun, _, status = curl(example("user_context"), service).rpartition("\n")
    assert (status, json.loads(begun)["user_context"]) == ("201", {"name": "Ann"})
    session = json.loads(begun)["id"]
    with subprocess.Popen(
        ["sh", "-c", example("I climb").replace("curl", "curl --noproxy '*'", 1)],
        env={"URL": service.url, "TOKEN": service.token, "ID": session, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    ) as asking:
        assert asking.stdout is not None
        told = []
        for one in told_in(line.rstrip("\n") for line in asking.stdout):
            told.append(one)
            if one.event == "approval_required":
                call = one.data["call"]
                answer = curl(example("approvals"), service, ID=session, CALL=call)
                assert answer.endswith("204")
    assert told[-1].data["status"] == "idle"
    last = told[2].id
    for words in (("messages", "Last-Event-ID"), ("events?until=now",)):
        answer = curl(example(*words), service, ID=session, LAST=last)
        body, _, status = answer.rpartition("\n")
        assert status == "200"
        assert list(told_in(iter(body.splitlines()))) == told[3:]
    assert '"message_count":2' in curl(example("curl -s $URL/sessions/$ID -H"), service, ID=session)
    assert session in curl(example("curl -s $URL/sessions -H"), service)
    assert '"cancelling":false' in curl(example("/cancel"), service, ID=session)
    assert "response_complete" in curl(example("/retry"), service, ID=session)
    assert '"run":"r' in curl(example("/undo-retry"), service, ID=session)
    assert '"status":"ok"' in curl(example("healthz"), service)
    assert '"3.1.0"' in curl(example("openapi"), service)
    assert curl(example("DELETE"), service, ID=session).endswith("204")
    assert client.http.get("/sessions").json() == {"sessions": []}


def test_no_example_is_left_out() -> None:
    assert len(EXAMPLES) == 13
