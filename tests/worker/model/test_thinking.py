"""Thinking inside the content, from the server to the events, the history and the figures."""

from functools import partial

import pytest

from tests.support.conversations import Folding
from tests.support.provider import Answer, Gate, Provider, ResetAfter, ToolCall
from tests.support.provider.conversation import text_of
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import Speech
from tui.core.metrics import Thresholds, fold, with_thresholds
from tui.journal.markdown_export import markdown
from tui.protocol.events import (
    AttemptStarted,
    ReasoningDelta,
    ReasoningReplaced,
    TextDelta,
    TextReplaced,
)

TAGGED = ["<th", "ink>\n", "2+2", " is 4", "</", "think>", "\n\n", "Fo", "ur."]
CONTENT = "".join(TAGGED)
SHORT = {"backoff_base": 0.01}


def spoken(worker: WorkerProcess) -> list[tuple[str, str]]:
    """Each part of speech at the end, as the panes show it: its kind and its text."""
    changes = Folding().feed(*worker.events)
    texts: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for change in changes:
        if isinstance(change.item, Speech):
            key = change.item.key
            before = texts.get(key, "") if change.kind in {"grew", "ended"} else ""
            texts[key], kinds[key] = before + change.text, change.item.kind
    return [(kinds[key], text) for key, text in texts.items()]


def contents(worker: WorkerProcess) -> list[str]:
    """The text of the answers in the history."""
    return [
        str(part["text"])
        for item in worker.history()
        if item.get("role") == "assistant" and isinstance(item["content"], list)
        for part in item["content"]
    ]


def sent(provider: Provider, deltas: int) -> bool:
    """Whether the first answer has so many deltas on the wire."""
    return bool(provider.requests) and len(provider.requests[0].delta_times) == deltas


SHOWN: list[tuple[list[str], list[tuple[str, str]], str]] = [
    (TAGGED, [("reasoning", "2+2 is 4"), ("answer", "Four.")], "Four."),
    ([CONTENT], [("reasoning", "2+2 is 4"), ("answer", "Four.")], "Four."),
    (list(CONTENT), [("reasoning", "2+2 is 4"), ("answer", "Four.")], "Four."),
    (TAGGED[2:], [("reasoning", "2+2 is 4"), ("answer", "Four.")], "Four."),
    (TAGGED[:4], [("reasoning", "2+2 is 4")], ""),
    (["Use ", "<think>."], [("answer", "Use <think>.")], "Use <think>."),
    (["<", "b>"], [("answer", "<b>")], "<b>"),
    (["<thi"], [("answer", "<thi")], "<thi"),
]


@pytest.mark.parametrize("case", SHOWN)
def test_thinking_is_reasoning_and_the_history_is_as_the_server_sent_it(
    api: str,
    case: tuple[list[str], list[tuple[str, str]], str],
    provide: StartProvider,
    work: StartWorker,
) -> None:
    deltas, shown, output = case
    provider = provide(Answer(deltas=deltas), Answer("again"))
    worker = work("plain", provider, api=api)
    assert worker.say("2+2?").output == output
    assert spoken(worker) == shown
    assert contents(worker) == ["".join(deltas)]
    document = markdown("Sums", worker.events)
    assert all(text in document for _, text in shown)
    assert document.count("**Reasoning**") == sum(kind == "reasoning" for kind, _ in shown)
    worker.say("and again?")
    assert "".join(deltas) in [text_of(item.get("content")) for item in provider.requests[1].items]


def test_a_final_text_that_agrees_changes_nothing(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer(deltas=TAGGED)), api="responses")
    worker.say("2+2?")
    assert not worker.all(TextReplaced)
    assert not worker.all(ReasoningReplaced)


@pytest.mark.parametrize(
    "order",
    [
        [0, 1, 2, 2, *range(3, 9)],
        [0, 1, 3, 2, *range(4, 9)],
        [*range(8), 7, 8],
        [2, 3, 0, 1, *range(4, 9)],
        [7, 8],
    ],
)
def test_the_final_text_is_right_where_deltas_were_not(
    order: list[int], provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer(deltas=TAGGED, sent_order=order)), api="responses")
    assert worker.say("2+2?").output == "Four."
    assert spoken(worker) == [("reasoning", "2+2 is 4"), ("answer", "Four.")]


def test_tags_are_text_when_the_setting_is_off(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer(deltas=TAGGED)), api=api, think_tags=False)
    assert worker.say("2+2?").output == CONTENT
    assert spoken(worker) == [("answer", CONTENT)]


def test_the_time_to_the_first_answer_token_leaves_the_thinking_out(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    for deltas in (TAGGED, TAGGED[2:]):
        gate = Gate()
        provider = provide(Answer(deltas=deltas, gates={len(deltas) - 2: gate}))
        worker = work("plain", provider, api=api)
        run = worker.start("2+2?")
        provider.wait_until(partial(sent, provider, len(deltas) - 2))
        gate.open()
        worker.finished(run)
        metrics = with_thresholds(Thresholds())
        for event in worker.events:
            metrics = fold(metrics, event)
        attempt = metrics.settled().last_attempt
        assert attempt is not None
        first = next(delta for delta in worker.all(TextDelta) if delta.text == "Fo")
        assert attempt.first_text == first.at
        assert attempt.first is not None
        assert attempt.first < first.at
        assert attempt.characters == len("Four.")
        assert attempt.reasoned


def test_the_first_token_is_the_tag(provide: StartProvider, work: StartWorker) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=TAGGED, gates={2: gate}))
    worker = work("plain", provider, api="chat")
    run = worker.start("2+2?")
    provider.wait_until(partial(sent, provider, 2))
    arrived = provider.requests[0].delta_times[1]
    gate.open()
    worker.finished(run)
    (first, second, *_) = worker.all(ReasoningDelta)
    assert first.text == "2+2"
    assert arrived <= first.at < second.at


def test_tool_calls_may_follow_thinking(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    call = Answer(deltas=TAGGED[:6], tool_calls=[ToolCall("add", {"a": 2, "b": 2})])
    provider = provide(call, Answer(deltas=TAGGED))
    worker = work("adder", provider, api=api)
    assert worker.say("2+2?").output == "Four."
    thought = ("reasoning", "2+2 is 4")
    assert spoken(worker) == [thought, thought, ("answer", "Four.")]
    assert provider.problems == []


@pytest.mark.parametrize("cut", [1, 3, 5, 6, 7])
def test_an_attempt_that_was_cut_while_it_thought_is_started_over(
    api: str, cut: int, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=TAGGED, fault=ResetAfter(cut)), Answer(deltas=TAGGED))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("2+2?").output == "Four."
    assert [start.continues for start in worker.all(AttemptStarted)] == [False, False]
    assert len(provider.requests[1].items) == len(provider.requests[0].items)
    assert contents(worker) == [CONTENT]


def test_an_answer_that_was_cut_is_continued_without_its_second_thinking(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    rest = ["<think>", "go on", "</think>", "\n", "ur."]
    provider = provide(Answer(deltas=TAGGED, fault=ResetAfter(8)), Answer(deltas=rest))
    worker = work("plain", provider, api=api, **SHORT)
    assert worker.say("2+2?").output == "Four."
    assert [start.continues for start in worker.all(AttemptStarted)] == [False, True]
    assert "".join(TAGGED[:8]) in [
        text_of(one.get("content")) for one in provider.requests[1].items
    ]
    assert contents(worker) == [CONTENT]
    assert spoken(worker) == [
        ("reasoning", "2+2 is 4"), ("answer", "Fo"), ("reasoning", "go on"), ("answer", "ur."),
    ]  # fmt: skip


def test_what_was_held_back_when_an_attempt_was_cut_is_shown(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=["<thi", "nk>"], fault=ResetAfter(1)), Answer("Four."))
    worker = work("plain", provider, api=api, **SHORT)
    worker.say("2+2?")
    assert ("answer", "<thi") in spoken(worker)
