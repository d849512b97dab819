"""What a tool's guardrail rejects or replaces, as its row and the export show it."""

from pathlib import Path

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tests.worker.tools.test_hosted_streams import call_of, resumed_rows, rows_of
from tui.dashboard.tools.tool_rows import details, summary
from tui.journal.markdown_export import markdown


def test_rows_name_the_guardrail_and_both_texts(provide: StartProvider, work: StartWorker) -> None:
    calls = [
        ToolCall("echo", {"words": words}, id=words) for words in ("hello", "rude", "a secret")
    ]
    worker = work(
        "guarded", provide(Answer(tool_calls=calls), Answer("Well.")), file="span_agents.py"
    )
    assert worker.say("go").outcome == "ok"
    for rows in (rows_of(worker.events), resumed_rows(worker.events)):
        assert {key: (row.state, summary(row)) for key, row in rows.items()} == {
            "hello": ("ok", "hello"),
            "rude": ("rejected", "rejected by polite · say it nicely"),
            "a secret": ("ok", "replaced by masked: (masked) (was: a secret)"),
        }
        assert ("the model got", "(masked)") in details(rows["a secret"])
        assert ("result", "a secret") in details(rows["a secret"])
        assert call_of(rows["rude"]).began is None
    exported = markdown("t", worker.events)
    assert "(rejected by the guardrail polite)" in exported
    assert "The guardrail masked gave the model instead:" in exported
    assert_shown_again(worker.events)


BROKEN = """
from agents import Agent, ToolGuardrailFunctionOutput, function_tool, tool_input_guardrail

@tool_input_guardrail
def checks(data):
    if "stop" in str(data.context.tool_arguments):
        return ToolGuardrailFunctionOutput.raise_exception()
    raise ValueError("no list")

@function_tool(tool_input_guardrails=[checks])
def echo(words: str) -> str:
    return words

agent = Agent(name="A", tools=[echo])
"""


@pytest.mark.parametrize(
    ("tool", "words", "said"),
    [
        ("echo", "x", "the guardrail checks failed: ValueError: no list"),
        ("echo", "stop", "the guardrail checks stopped the run"),
        ("nosuch", "x", "Tool nosuch not found in agent A"),
    ],
)
def test_a_call_that_could_not_run_says_why_and_counts_as_failed(
    tool: str, words: str, said: str, tmp_path: Path, provide: StartProvider
) -> None:
    (tmp_path / "mine.py").write_text(BROKEN)
    provider = provide(Answer(tool_calls=[ToolCall(tool, {"words": words}, id="c1")]))
    with WorkerProcess(agent="mine.py", cwd=tmp_path, base_url=provider.base_url) as worker:
        worker.loaded()
        assert worker.say("go").outcome == "failed"
        (row,) = rows_of(worker.events).values()
        assert (row.state, summary(row)) == ("error", said)
        assert_shown_again(worker.events)
