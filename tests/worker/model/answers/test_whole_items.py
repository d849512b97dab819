"""Items that come whole: reasoning without words, phases, unknown types, compaction."""

import re
from typing import Any

import pytest

from tests.support.conversations import Folding, assert_shown_again, settled_items
from tests.support.provider import Answer, RawItem
from tests.support.provider.script import raw
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import Item, Media, Notice, OutputLine, Speech, ToolCall
from tui.journal.markdown_export import markdown
from tui.protocol.events import ReasoningGiven
from tui.worker.input_items import compacted

COMPACTION = {"id": "cmp_1", "type": "compaction", "encrypted_content": "gAAAA"}


def reasoning(**fields: Any) -> dict[str, Any]:
    return {"id": "rs_1", "type": "reasoning", "summary": [], **fields}


def message(*content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
            "content": list(content), **fields}  # fmt: skip


def text(words: str) -> dict[str, Any]:
    return {"type": "output_text", "text": words, "annotations": [], "logprobs": []}


def shown(worker: WorkerProcess) -> list[tuple[Item, str]]:
    """What the panes show at last; the same after a resume."""
    assert_shown_again(worker.events)
    return settled_items(Folding().feed(*worker.events))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"summary": [{"type": "summary_text", "text": "I weigh it."}]}, "I weigh it."),
        ({"content": [{"type": "reasoning_text", "text": "I weigh it."}]}, "I weigh it."),
        ({"encrypted_content": "x" * 1200}, "encrypted: 1,200 characters, which only"),
        ({}, "the server gives no words of it"),
    ],
)
@pytest.mark.parametrize("agent", ["plain", "whole_plain"])
def test_reasoning_that_did_not_stream_is_shown(
    agent: str, fields: dict[str, Any], words: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("Yes.", items=raw(reasoning(**fields))), Answer("Still."))
    worker = work(agent, provider)
    assert worker.say("go").output == "Yes."
    (thought, thoughts), (answer, _) = (one for one in shown(worker) if isinstance(one[0], Speech))
    assert isinstance(thought, Speech)
    assert isinstance(answer, Speech)
    assert (thought.kind, thought.state, answer.kind) == ("reasoning", "done", "answer")
    assert thoughts.startswith(words)
    assert f"**Reasoning**\n\n> {words}" in markdown("", worker.events)
    assert worker.say("sure?").output == "Still."
    assert provider.problems == []


@pytest.mark.parametrize("form", ["summary", "text"])
def test_reasoning_that_streamed_is_shown_once(
    form: Any, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("Yes.", reasoning=["I ", "weigh it."], reasoning_form=form))
    worker = work("plain", provider)
    worker.say("go")
    assert worker.all(ReasoningGiven) == []
    assert [said for one, said in shown(worker) if isinstance(one, Speech)] == [
        "I weigh it.",
        "Yes.",
    ]


def streamed(words: str, phase: str, number: int) -> RawItem:
    item = message(text(words), id=f"msg_{number}", phase=phase)
    delta = {"content_index": 0, "delta": words, "logprobs": []}
    return RawItem(item, begun={"content": []}, events=[("response.output_text.delta", delta)])


@pytest.mark.parametrize("streams", [True, False])
def test_the_phase_of_a_message_is_beside_its_agent(
    streams: bool, provide: StartProvider, work: StartWorker
) -> None:
    phases = {"I look first.": "commentary", "It is 4 m.": "final_answer"}
    if streams:
        items = [streamed(*one, number) for number, one in enumerate(phases.items())]
    else:
        items = raw(*(message(text(words), id=f"msg_{phase}", phase=phase)
                      for words, phase in phases.items()))  # fmt: skip
    provider = provide(Answer(items=items), Answer("Still."))
    worker = work("plain", provider)
    assert worker.say("go").output == "It is 4 m."
    spoken = {said: one.phase for one, said in shown(worker) if isinstance(one, Speech)}
    assert spoken == phases
    document = markdown("", worker.events)
    assert "## Plain · commentary\n\nI look first." in document
    assert "## Plain · final answer\n\nIt is 4 m." in document
    assert worker.say("sure?").output == "Still."
    sent = [item.get("phase") for item in provider.requests[1].items if "phase" in item]
    assert sent == ["commentary", "final_answer"]


@pytest.mark.parametrize("agent", ["plain", "whole_plain"])
def test_an_item_of_an_unknown_type_is_a_row_with_its_json(
    agent: str, provide: StartProvider, work: StartWorker
) -> None:
    item = {"id": "dr_1", "type": "dream", "mood": "calm", "sheep": [1, 2]}
    provider = provide(Answer("Yes.", items=raw(item)), Answer("Still."), strict=False)
    worker = work(agent, provider)
    assert worker.say("go").output == "Yes."
    (tool,) = (one for one, _ in shown(worker) if isinstance(one, ToolCall))
    assert (tool.name, tool.arguments) == ("dream", '{"mood": "calm", "sheep": [1, 2]}')
    assert not tool.open
    assert tool.arguments in markdown("", worker.events)
    assert worker.say("sure?").output == "Still."
    # The server that made it gets it back as it was.
    assert item in provider.requests[1].items


@pytest.mark.parametrize("agent", ["plain", "whole_plain"])
@pytest.mark.parametrize(
    ("kind", "result"),
    [("function_call_output", "4 m"), ("custom_tool_call_output", "4 m"),
     ("apply_patch_call_output", "4 m"), ("local_shell_call_output", "4 m")],
)  # fmt: skip
def test_an_output_whose_call_was_not_sent_is_a_row(
    kind: str, result: str, agent: str, provide: StartProvider, work: StartWorker
) -> None:
    item = {"id": "out_1", "type": kind, "call_id": "c1", "output": result, "status": "completed"}
    provider = provide(Answer("Yes.", items=raw(item)), Answer("Still."))
    worker = work(agent, provider)
    assert worker.say("go").output == "Yes."
    (tool,) = (one for one, _ in shown(worker) if isinstance(one, ToolCall))
    assert (tool.name, tool.state, tool.output) == (kind, "ok", result)
    assert result in markdown("", worker.events)
    assert worker.say("sure?").output == "Still."
    assert provider.problems == []


@pytest.mark.parametrize("agent", ["plain", "whole_plain"])
@pytest.mark.parametrize("kind", ["message", "reasoning"])
def test_a_part_of_an_unknown_type_is_shown_with_its_json(
    kind: str, agent: str, provide: StartProvider, work: StartWorker
) -> None:
    part = {"type": "hologram", "scene": "a reef"}
    item = message(part) if kind == "message" else reasoning(content=[part])
    provider = provide(Answer("Look.", items=raw(item)))
    worker = work(agent, provider)
    assert worker.say("go").output == "Look."
    (media,) = (one for one, _ in shown(worker) if isinstance(one, Media))
    assert media.kind == "hologram"
    assert re.search(r'"scene": ?"a reef"', media.text)
    assert media.text in markdown("", worker.events)


def test_a_compaction_is_a_line_and_the_rest_is_sent(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer("One."), Answer("Two.", items=raw(COMPACTION)), Answer("Three."), Answer("Again.")
    )
    worker = work("plain", provider)
    for prompt in ("1", "2", "3"):
        worker.say(prompt)
    words = "the history was compacted from 3 items to 1"
    lines = [one for one, _ in shown(worker) if isinstance(one, OutputLine | Notice)]
    assert [one.text for one in lines] == [f"compaction: {words}", words]
    assert words in markdown("", worker.events)
    sent = [item.get("type") or item.get("content") for item in provider.requests[2].items]
    assert sent == ["compaction", "message", "3"]
    # All of it stays in the conversation, for a turn that is taken back.
    roles = [item.get("role") or item.get("type") for item in worker.history()]
    assert roles == ["user", "assistant", "user", "compaction", "assistant", "user", "assistant"]
    worker.retry("rewind")
    assert provider.requests[3].items == provider.requests[2].items
    assert provider.problems == []


def test_a_turn_that_was_compacted_is_taken_back_whole(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("One."), Answer("Two.", items=raw(COMPACTION)), Answer("Again."))
    worker = work("plain", provider)
    worker.say("1")
    worker.say("2")
    worker.retry("rewind")
    assert provider.requests[2].items == provider.requests[1].items
    assert provider.problems == []


def test_what_is_left_after_a_compaction_is_valid() -> None:
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "1"}
    assert compacted([call, COMPACTION, output]) == [COMPACTION]
    assert compacted([call, output]) == [call, output]
