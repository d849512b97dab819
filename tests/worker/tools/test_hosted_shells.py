"""A shell in a container of the provider's: the call and its output come in one answer."""

import dataclasses

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, Gate, RawItem, ResetAfter
from tests.worker import hosted_items as recorded
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.tools.test_hosted_streams import call_of, rows_of
from tui.core.formatting import one_line
from tui.dashboard.tools.tool_rows import details, summary
from tui.protocol import events

OUTPUT = "map.txt\n\nstderr: no\nexit code 1"


@pytest.mark.parametrize("environment", [True, False])
def test_its_output_ends_it_and_every_command_has_its_own(
    environment: bool, provide: StartProvider, work: StartWorker
) -> None:
    item = dict(recorded.SHELL_CALL.item)
    if not environment:
        del item["environment"]
    items = [RawItem(item, begun={"status": "in_progress"}), recorded.SHELL_OUTPUT]
    provider = provide(Answer("One file.", items=items), Answer("Again."))
    worker = work("contained", provider)
    assert worker.say("go").outcome == "ok"
    (row,) = rows_of(worker.events).values()
    call = call_of(row)
    assert (call.name, call.state, call.hosted, call.output) == ("shell", "ok", True, OUTPUT)
    assert '"ls", "false"' in call.arguments
    assert call.elapsed(call.at) is not None
    assert len(worker.all(events.ToolFinished)) == 1
    assert worker.say("more").output == "Again."
    outputs = [one for one in provider.requests[1].items if one.get("type") == "shell_call_output"]
    assert len(outputs) == 1
    assert provider.problems == []
    assert_shown_again(worker.events)


@pytest.mark.parametrize("change", [{"done": False}, {"begun": None}, {"listed": False}], ids=str)
def test_it_may_be_sent_in_any_of_its_listings_only(
    change: dict[str, object], provide: StartProvider, work: StartWorker
) -> None:
    items = [
        dataclasses.replace(item, **change)  # type: ignore[arg-type]
        for item in (recorded.SHELL_CALL, recorded.SHELL_OUTPUT)
    ]
    worker = work("contained", provide(Answer("One file.", items=items), strict=False))
    worker.say("go")
    (row,) = rows_of(worker.events).values()
    assert (row.state, row.result) == ("ok", OUTPUT)


def test_commands_that_ran_out_of_time_say_so(provide: StartProvider, work: StartWorker) -> None:
    late = {"stdout": "", "stderr": "", "outcome": {"type": "timeout"}}
    output = RawItem({**recorded.SHELL_OUTPUT.item, "output": [late]})
    worker = work("contained", provide(Answer("Well.", items=[recorded.SHELL_CALL, output])))
    worker.say("go")
    (row,) = rows_of(worker.events).values()
    assert row.result == "timed out"


def test_its_commands_grow_as_they_stream(provide: StartProvider, work: StartWorker) -> None:
    pieces = [("added", 0, ""), ("delta", 0, "l"), ("delta", 0, "s"), ("added", 1, ""),
              ("delta", 1, "false")]  # fmt: skip
    call = dataclasses.replace(
        recorded.SHELL_CALL,
        events=[
            (f"response.shell_call_command.{kind}", {"command_index": index, "delta": text})
            for kind, index, text in pieces
        ],
    )
    worker = work("contained", provide(Answer("Well.", items=[call, recorded.SHELL_OUTPUT])))
    worker.say("go")
    streamed = [one.text for one in worker.all(events.ToolArgumentsDelta)]
    assert "".join(streamed) == "ls\nfalse"
    assert '"ls", "false"' in worker.all(events.ToolCalled)[-1].arguments


@pytest.mark.parametrize("environment", [True, False])
def test_its_output_is_shown_as_it_comes(
    environment: bool, provide: StartProvider, work: StartWorker
) -> None:
    item = dict(recorded.SHELL_CALL.item)
    if not environment:
        del item["environment"]
    pieces = [(0, {"stdout": "map"}), (0, {"stdout": ".txt"}), (1, {"stderr": "no\n"}),
              (1, {"stdout": "yes"}), (1, {"stdout": "!"})]  # fmt: skip
    output = dataclasses.replace(
        recorded.SHELL_OUTPUT,
        begun={"status": "in_progress", "output": [], "call_id": "call_1"},
        events=[
            ("response.shell_call_output_content.delta", {"command_index": index, "delta": delta})
            for index, delta in pieces
        ],
    )
    gate = Gate()
    provider = provide(Answer("Well.", items=[RawItem(item), output], gates={4: gate}))
    worker = work("contained", provider)
    run = worker.start("go")
    worker.until(events.ToolProgressed, lambda event: event.output.endswith("yes"))
    (row,) = rows_of(worker.events).values()
    assert (row.state, call_of(row).hosted) == ("running", True)
    so_far = "map.txt\n\nstderr: no\nyes"
    assert dict(details(row))["output"] == so_far
    assert summary(row) == one_line(so_far)
    gate.open()
    assert worker.finished(run).outcome == "ok"
    (row,) = rows_of(worker.events).values()
    assert (row.state, row.result) == ("ok", OUTPUT)
    assert not [one for one in worker.all(events.Noticed) if "unknown type" in one.text]
    assert_shown_again(worker.events)


def test_what_it_had_printed_stays_when_the_answer_breaks(
    provide: StartProvider, work: StartWorker
) -> None:
    output = dataclasses.replace(
        recorded.SHELL_OUTPUT,
        events=[("response.shell_call_output_content.delta",
                 {"command_index": 0, "delta": {"stdout": "half"}})],
    )  # fmt: skip
    answer = Answer("Well.", items=[recorded.SHELL_CALL, output], fault=ResetAfter(1))
    worker = work("contained", provide(answer), max_retries=0)
    worker.say("go")
    (row,) = rows_of(worker.events).values()
    assert not row.running
    assert "half" in row.result
