"""A key that only the worker knows is in nothing that comes out of concurrent runs."""

import sqlite3
from contextlib import closing

import pytest

from tests.headless.conftest import Launcher, WriteFile
from tests.support.provider import Answer, Gate, Provide, RequestRecord, Step, ToolCall

KEY = "velvet-hammer-of-may"
CODE = """
import os
from agents import Agent, OpenAIResponsesModel, function_tool
from openai import AsyncOpenAI

key = "-".join(("velvet", "hammer", "of", "may"))
client = AsyncOpenAI(base_url=os.environ["TEST_BASE_URL"], api_key=key)

@function_tool
def reveal() -> str:
    print("printed:", key)
    return f"the key is {key}"

agent = Agent(name="Vault", model=OpenAIResponsesModel("m", client), tools=[reveal])
"""
ANSWER = ["It is velvet-", "hammer-of", "-may", ", they say."]


@pytest.mark.parametrize("output", ["text", "jsonl", "json"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_key_learned_while_runs_are_open_is_masked_everywhere(
    launcher: Launcher, provide: Provide, write: WriteFile, output: str, workers: str
) -> None:
    both = Gate()

    def route(request: RequestRecord) -> Step:
        assert request.headers["authorization"] == f"Bearer {KEY}"
        if len(provider.requests) >= 2:
            both.open()
        if request.tool_outputs:
            return Answer(deltas=ANSWER)
        return Answer(tool_calls=[ToolCall("reveal", {})], gates={0: both})

    provider = provide(route=route)
    write("agent.py", CODE)
    write("prompts.txt", "What is it?\nAnd for me?\n")
    launcher.environment["TEST_BASE_URL"] = provider.base_url
    files = {"--out": "out.json", "--junit": "junit.xml", "--csv": "table.csv"}
    ended = launcher.run(
        "--prompts", "prompts.txt", "--concurrency", "2", "--workers", workers,
        "--output", output, *(word for pair in files.items() for word in pair),
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "they say" in ended.out
    written = {
        path.name: path.read_bytes()
        for path in launcher.folder.rglob("*")
        if path.is_file() and path.name != "agent.py" and not path.name.startswith("journal.db")
    }
    written |= {"stdout": ended.out.encode(), "stderr": ended.err.encode()}
    with closing(sqlite3.connect(launcher.folder / ".local/share/streamtui/journal.db")) as journal:
        # The history is what the provider gets when the session is resumed: docs/journal.md.
        stored = journal.execute(
            "SELECT body FROM events WHERE kind != 'HistoryChanged'"
            " UNION ALL SELECT title FROM sessions"
        ).fetchall()
    bodies = (body if isinstance(body, bytes) else body.encode() for (body,) in stored)
    written["journal"] = b"".join(bodies)
    assert written.keys() >= set(files.values())
    assert b"they say" in written["journal"]
    assert [name for name, text in written.items() if KEY.encode() in text] == []
