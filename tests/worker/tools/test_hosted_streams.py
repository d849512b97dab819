"""Tools that the provider runs, over HTTP as it streams them: live, resumed and exported."""

import dataclasses
from collections.abc import Sequence

import pytest

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer, Gate, RawItem, ResetAfter, Wire
from tests.worker import hosted_items as recorded
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import ToolCall
from tui.core.metrics import Thresholds
from tui.dashboard.tools.tool_rows import Row, ToolRows, details, summary
from tui.journal.markdown_export import markdown
from tui.journal.resume import Now, read_back
from tui.protocol import events

ALL = [
    recorded.WEB, recorded.WEB_WITHOUT_SOURCES, recorded.OPEN_PAGE, recorded.FIND, recorded.FILES,
    recorded.FILES_WITHOUT_RESULTS, recorded.CODE, recorded.IMAGE, recorded.TOOLS, recorded.CALL,
    recorded.FAILED_CALL,
]  # fmt: skip
EXPECTED = [
    ("ws_1", "web_search", '"queries": ["tides", "moon"]', "https://tide.test/a"),
    ("ws_2", "web_search", '"query": "tides"', "sources not included"),
    ("ws_3", "web_search", '"url": "https://tide.test/a"', "no result of this action"),
    ("ws_4", "web_search", '"pattern": "ebb"', "no result of this action"),
    ("fs_1", "file_search", '["ebb"]', "1. sea.md, score 0.75\nThe ebb is low."),
    ("fs_2", "file_search", '["ebb"]', "results not included"),
    ("ci_1", "code_interpreter", "print(6 * 7)",
     "42\nimage, https://plot.test/a.png\ncontainer cntr_1"),
    ("ig_1", "image_generation", '"revised_prompt": "a calm sea"', "PNG image, 64\u00d748"),
    ("mcpl_1", "mcp_list_tools", "", "tide · Tells the tide.\nwind"),
    ("mcp_1", "tide", '{"port":"Hue"}', "high at noon"),
    ("mcp_2", "tide", '{"port":"Hue"}', ""),
]  # fmt: skip


def rows_of(session: Sequence[events.Event]) -> dict[str, Row]:
    """The rows of the tool log, by the ids of their calls."""
    rows = ToolRows()
    for change in Folding().feed(*session):
        rows.show(change)
    return {row.key: row for row in rows if row.call is not None}


def resumed_rows(session: Sequence[events.Event]) -> dict[str, Row]:
    """The rows of the same session when it is read from a journal."""
    rows = ToolRows()
    stored = read_back([session], clean=lambda event: event, thresholds=Thresholds(),
                       now=Now(at=0, wall=0.0))  # fmt: skip
    for step in stored.steps:
        for change in step.changes:
            rows.show(change)
    return {row.key: row for row in rows if row.call is not None}


def call_of(row: Row) -> ToolCall:
    assert row.call is not None
    return row.call


def streamed(
    provide: StartProvider, work: StartWorker, *items: RawItem, **options: object
) -> WorkerProcess:
    """A worker that has got these items, and then a text."""
    provider = provide(Answer("It is so.", items=items, **options))  # type: ignore[arg-type]
    worker = work("hosted", provider)
    assert worker.say("go").outcome == "ok"
    return worker


def assert_all_shown(worker: WorkerProcess) -> None:
    for rows in (rows_of(worker.events), resumed_rows(worker.events)):
        assert list(rows) == [key for key, *_ in EXPECTED]
        for key, name, arguments, result in EXPECTED:
            call = call_of(rows[key])
            assert call.name == name
            assert arguments in call.arguments
            assert result in call.output
            assert call.state == ("error" if key == "mcp_2" else "ok")
            assert call.hosted
            assert (call.agent, call.parent) == ("Hosted", "")
            elapsed = call.elapsed(call.at)
            assert elapsed is not None
            assert elapsed >= 0
    assert_shown_again(worker.events)


def test_each_kind_has_its_arguments_result_state_and_time(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = streamed(provide, work, *ALL)
    assert_all_shown(worker)
    failed = next(one for one in worker.all(events.ToolFinished) if one.tool_call == "mcp_2")
    assert failed.problem is not None
    assert failed.problem.message == "the sea is closed (502)"
    exported = markdown("t", worker.events)
    for _, name, arguments, result in EXPECTED:
        assert f"{name}**" in exported
        assert arguments in exported
        assert result in exported
    assert "**sea › tide** (ok) · ~" in exported


@pytest.mark.parametrize(
    "change",
    [
        {"begun": None},
        {"done": False},
        {"begun": None, "done": False},
        {"begun": None, "done": False, "events": ()},
        {"listed": False},
    ],
    ids=str,
)
def test_an_item_may_be_sent_in_any_of_its_listings_only(
    change: dict[str, object], provide: StartProvider, work: StartWorker
) -> None:
    items = [dataclasses.replace(item, **change) for item in ALL]  # type: ignore[arg-type]
    assert_all_shown(streamed(provide, work, *items))


def test_a_server_may_leave_out_indexes(provide: StartProvider, work: StartWorker) -> None:
    assert_all_shown(streamed(provide, work, *ALL, wire=Wire(sparse=True)))


def test_items_whose_ids_change_while_they_stream_keep_their_rows(
    provide: StartProvider, work: StartWorker
) -> None:
    items = [
        dataclasses.replace(item, begun={**(item.begun or {}), "id": f"new_{number}"})
        for number, item in enumerate(ALL)
    ]
    rows = rows_of(streamed(provide, work, *items).events)
    assert [call_of(row).name for row in rows.values()] == [name for _, name, *_ in EXPECTED]
    assert not any(row.running for row in rows.values())


def test_three_lists_of_tools_without_an_end_of_their_own_end_with_the_answer(
    provide: StartProvider, work: StartWorker
) -> None:
    lists = [
        dataclasses.replace(
            recorded.TOOLS, item={**recorded.TOOLS.item, "id": f"mcpl_{number}"}, done=number == 2
        )
        for number in range(3)
    ]
    rows = rows_of(streamed(provide, work, *lists).events)
    assert {call_of(row).state for row in rows.values()} == {"ok"}
    assert [summary(row) for row in rows.values()] == ["tide · Tells the tide. wind"] * 3


def test_a_call_that_only_began_is_not_said_to_be_cancelled(
    provide: StartProvider, work: StartWorker
) -> None:
    begun = dataclasses.replace(recorded.WEB, done=False, listed=False, events=())
    ended = dataclasses.replace(
        recorded.FILES, done=False, listed=False, item={**recorded.FILES.item, "id": "fs_9"}
    )
    rows = rows_of(streamed(provide, work, begun, ended).events)
    assert [(call_of(row).state, summary(row)) for row in rows.values()] == [
        ("unknown", "the server sent no end of this call"), ("ok", ""),
    ]  # fmt: skip


def test_code_and_arguments_grow_as_they_stream_and_the_tool_starts_after_them(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = streamed(provide, work, recorded.CODE, recorded.CALL)
    for key, pieces in (("ci_1", ["", "print(", "6 * 7)"]), ("mcp_1", ["", '{"port":', '"Hue"}'])):
        own = [one for one in worker.events if getattr(one, "tool_call", "") == key]
        assert [one.text for one in own if isinstance(one, events.ToolArgumentsDelta)] == pieces
        kinds = [type(one).__name__ for one in own if not isinstance(one, events.ToolProgressed)]
        assert kinds == [*["ToolArgumentsDelta"] * 3, "ToolCalled", "ToolStarted", "ToolFinished"]


def test_a_running_tool_says_how_far_it_is(provide: StartProvider, work: StartWorker) -> None:
    gate = Gate()
    provider = provide(
        Answer(
            "Done.",
            items=[dataclasses.replace(recorded.IMAGE, done=False), recorded.WEB],
            gates={0: gate},
        )
    )
    worker = work("hosted", provider)
    run = worker.start("go")
    worker.until(events.ToolFinished, lambda one: one.tool_call == "ws_1")
    row = rows_of(worker.events)["ig_1"]
    assert (row.state, summary(row)) == ("running", "partial image 1")
    (preview,) = call_of(row).attachments
    assert (preview.data, preview.partial) == (recorded.PREVIEW, True)
    assert (preview.media_type, preview.width, preview.height) == ("image/png", 8, 6)
    gate.open()
    assert worker.finished(run).outcome == "ok"
    (picture,) = call_of(rows_of(worker.events)["ig_1"]).attachments
    assert (picture.data, picture.partial) == (recorded.PICTURE, False)
    assert (picture.media_type, picture.width, picture.height) == ("image/png", 64, 48)
    assert [one.status for one in worker.all(events.ToolProgressed) if one.tool_call == "ws_1"] == [
        "in progress", "searching",
    ]  # fmt: skip


def test_a_picture_of_ten_megabytes_crosses_everything_whole(
    provide: StartProvider, work: StartWorker
) -> None:
    large = recorded.PICTURE + bytes(10_000_000)
    encoded = recorded.base64_of(large)
    image = dataclasses.replace(recorded.IMAGE, item={**recorded.IMAGE.item, "result": encoded})
    provider = provide(Answer("Look.", items=[image]), Answer("Again."))
    worker = work("hosted", provider)
    assert worker.say("go").outcome == "ok"
    (finished,) = worker.all(events.ToolFinished)
    assert finished.output.endswith("64\u00d748, 10 MB")
    assert finished.attachments[0].data == large
    assert worker.say("more").output == "Again."
    assert any(item.get("result") == encoded for item in provider.requests[1].items)


def test_a_call_that_was_cut_off_ends_and_the_next_attempt_has_its_own(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer("No.", items=[recorded.CODE], fault=ResetAfter(1)),
        Answer("Yes.", items=[recorded.CODE]),
        strict=False,
    )
    worker = work("hosted", provider, max_retries=1, backoff_base=0.01, backoff_cap=0.02)
    assert worker.say("go").output == "Yes."
    rows = rows_of(worker.events)
    assert [(key, row.state, row.arguments) for key, row in rows.items()] == [
        ("ci_1", "cancelled", "print("), ("ci_1~2", "ok", "print(6 * 7)"),
    ]  # fmt: skip
    assert_shown_again(worker.events)


def test_no_base64_stands_in_a_row_or_an_export(provide: StartProvider, work: StartWorker) -> None:
    worker = streamed(provide, work, recorded.IMAGE)
    row = rows_of(worker.events)["ig_1"]
    text = recorded.base64_of(recorded.PICTURE)
    assert not any(text[:40] in words for _, words in details(row))
    assert text[:40] not in markdown("t", worker.events)


def test_the_conversation_goes_on_with_all_of_them(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("It is so.", items=ALL), Answer("Again."))
    worker = work("hosted", provider)
    assert worker.say("go").outcome == "ok"
    assert worker.say("more").output == "Again."
    assert provider.problems == []
    sent = [str(item.get("id")) for item in provider.requests[1].items]
    assert [key for key, *_ in EXPECTED] == [one for one in sent if "_" in one][: len(EXPECTED)]


def test_an_id_that_comes_again_in_a_later_answer_is_another_call(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("A.", items=[recorded.CALL]), Answer("B.", items=[recorded.CALL]),
                       strict=False)  # fmt: skip
    worker = work("hosted", provider)
    worker.say("one")
    worker.say("two")
    assert [one.tool_call for one in worker.all(events.ToolFinished)] == ["mcp_1", "mcp_1~2"]
