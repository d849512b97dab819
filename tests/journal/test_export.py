"""Exporting a session as Markdown."""

from tui.journal.markdown_export import markdown
from tui.protocol import events
from tui.protocol.events import Event

STARTED = events.RunStarted(at=1, run="r", prompt="I climb the wall.", entered_at=1, wall=9.0)
CALL = events.ModelCallStarted(at=2, call="c", agent="Game Master", model="m")


def text(words: str, call: str = "c", attempt: int = 1) -> events.TextDelta:
    return events.TextDelta(at=3, call=call, text=words, attempt=attempt)


def exported(*session: Event) -> str:
    return markdown("Climbing", session, held=True)


def test_a_conversation_is_exported_in_order() -> None:
    assert (
        exported(
            STARTED,
            CALL,
            text("Let me "),
            text("roll."),
            events.ToolCalled(at=4, tool_call="t", name="roll_dice", arguments='{"sides": 20}'),
            events.ToolFinished(at=5, tool_call="t", outcome="ok", output="17"),
            events.ModelCallStarted(at=6, call="d", agent="Game Master", model="m"),
            text("**17!**", call="d"),
            events.RunFinished(at=9, outcome="ok"),
        )
        == """# Climbing

## You

I climb the wall.

## Game Master

Let me roll.

**roll_dice** (ok)

```
{"sides": 20}
```

```
17
```

**17!**
"""
    )


def test_an_answer_that_was_reasoning_is_exported_as_such() -> None:
    reasoned = exported(
        STARTED, CALL, events.ReasoningDelta(at=3, call="c", text="I add."), text("Four.")
    )
    told_late = exported(
        STARTED,
        CALL,
        text("I add.\n</think>"),
        events.ReasoningReplaced(at=4, call="c", text="I add.", said=True),
        events.TextDelta(at=5, call="c", text="Four.", part=1),
    )
    assert told_late == reasoned
    assert "> I add." in told_late


def test_an_interrupted_answer_has_both_parts_with_the_reason_between_them() -> None:
    problem = events.Problem(kind="network", message="The connection was reset.")
    document = exported(
        STARTED,
        CALL,
        text("Once upon"),
        events.AttemptFailed(at=4, call="c", problem=problem),
        text(" a time.", attempt=2),
    )
    assert "Once upon\n\n> Interrupted: The connection was reset.\n\n a time." in document


def test_the_providers_final_text_replaces_the_streamed_text() -> None:
    replaced = events.TextReplaced(at=4, call="c", text="right")
    assert exported(STARTED, CALL, text("worng"), replaced).endswith("## Game Master\n\nright\n")


def test_a_turn_that_was_rewound_is_not_exported() -> None:
    again = events.RunStarted(
        at=8, run="r2", prompt="I run.", entered_at=8, wall=9.0, mode="rewind"
    )
    document = exported(
        STARTED, CALL, text("wrong"), events.RunFinished(at=5, outcome="ok"),
        again, events.ModelCallStarted(at=9, call="d", agent="Game Master", model="m"),
        text("right", call="d"),
    )  # fmt: skip
    assert document == "# Climbing\n\n## You\n\nI run.\n\n## Game Master\n\nright\n"


def test_an_answer_that_a_guardrail_withdrew_is_not_exported() -> None:
    tripped = events.GuardrailTripped(at=4, guardrail="no_secrets", stage="output")
    document = exported(STARTED, CALL, text("the secret"), tripped)
    assert "the secret" not in document
    assert "> Guardrail no_secrets" in document


def test_text_of_nested_agents_is_left_out() -> None:
    nested = events.ModelCallStarted(at=3, call="n", agent="Helper", model="m", parent="t")
    assert "inner" not in exported(STARTED, CALL, nested, text("inner", call="n"))


def test_spans_and_checks_of_guardrails_are_noted_where_they_happened() -> None:
    document = exported(
        STARTED,
        events.GuardrailPassed(at=2_000_002, guardrail="g", began=2, stage="input", agent="Ann"),
        events.SpanEnded(at=3_000_003, kind="custom", name="plan", began=3, about="tea\nor coffee"),
        CALL,
        text("Tea."),
    )
    notes, answer = document.split("## Game Master")
    assert "> input guardrail g passed on Ann · 2 ms\n" in notes
    assert "> span plan · 3 ms\n> tea\n> or coffee\n" in notes
    assert "Tea." in answer


def test_a_fence_in_a_result_does_not_end_its_block() -> None:
    called = events.ToolCalled(at=4, tool_call="t", name="f", arguments="{}")
    finished = events.ToolFinished(at=5, tool_call="t", outcome="ok", output="```\ncode\n```")
    assert "````\n```\ncode\n```\n````" in exported(STARTED, called, finished)


def test_failed_and_cancelled_turns_are_noted() -> None:
    problem = events.Problem(kind="auth", message="The key was refused.")
    failed = events.RunFinished(at=9, outcome="failed", problem=problem)
    cancelled = events.RunFinished(at=9, outcome="cancelled")
    document = exported(STARTED, failed, STARTED, cancelled)
    assert document.index("> Failed: The key was refused.") < document.index("> Cancelled.")
    assert document.count("## You") == 2


def test_a_failure_of_the_last_attempt_and_of_the_run_is_noted_once() -> None:
    problem = events.Problem(kind="network", message="The connection was reset.")
    document = exported(
        STARTED,
        CALL,
        text("Once upon"),
        events.AttemptFailed(at=4, call="c", problem=problem),
        events.RunFinished(at=5, outcome="failed", problem=problem),
    )
    assert document.endswith("Once upon\n\n> Failed: The connection was reset.\n")


def test_a_process_that_ended_during_an_answer_is_noted_below_it() -> None:
    died = events.WorkerExited(at=4, code=None, signal="SIGKILL")
    idle = events.WorkerExited(at=6, code=3)
    document = exported(STARTED, CALL, text("Once upon"), died, idle)
    assert document.endswith("Once upon\n\n> Interrupted: the agent's process ended, SIGKILL.\n")
