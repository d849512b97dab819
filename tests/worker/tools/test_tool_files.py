"""Pictures and files that tools on this side return."""

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, RawItem, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.picture_agents import LARGE, PICTURE, SCREEN
from tui.journal.markdown_export import markdown
from tui.protocol.events import Attachment, ToolFinished

LOOK = RawItem(
    {
        "id": "cu_1", "type": "computer_call", "call_id": "call_look", "status": "completed",
        "action": {"type": "screenshot"}, "pending_safety_checks": [],
    },
)  # fmt: skip


def test_a_picture_of_a_function_tool_is_attached_and_sent(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("paint")]), Answer("done"), strict=False)
    worker = work("painter", provider, api=api)
    assert worker.say("paint").outcome == "ok"
    (finished,) = worker.all(ToolFinished)
    assert finished.attachments == (
        Attachment(media_type="image/png", data=PICTURE, width=64, height=48),
    )
    assert finished.output == f"PNG image, 64\u00d748, {len(PICTURE)} bytes"
    assert_shown_again(worker.events)
    assert f"PNG image, 64\u00d748, {len(PICTURE)} bytes" in markdown("t", worker.events)


def test_files_are_attached_in_order_and_what_is_elsewhere_is_only_named(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("report")]), Answer("done"), strict=False)
    worker = work("painter", provider, api="responses")
    assert worker.say("report").outcome == "ok"
    (finished,) = worker.all(ToolFinished)
    sheet, remote, kept = finished.attachments
    assert (sheet.data, sheet.media_type) == (b"a,b\n1,2\n", "text/csv")
    assert (remote.url, remote.data) == ("https://pictures.test/map.png", b"")
    assert kept.file_id == "file-7"
    assert finished.output.startswith("two files\n")
    assert "https://pictures.test/map.png" in finished.output
    # Nothing was fetched: the provider is the only server, and it got the two requests.
    assert len(provider.requests) == 2


def test_a_large_picture_crosses_the_pipe_whole(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("paint_large")]), Answer("done"), strict=False)
    worker = work("painter", provider, api="responses")
    assert worker.say("paint").outcome == "ok"
    (finished,) = worker.all(ToolFinished)
    assert finished.attachments[0].data == LARGE


def test_a_computers_screenshot_is_attached(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer(items=[LOOK]), Answer("done"), strict=False)
    worker = work("looker", provider, api="responses")
    assert worker.say("look").outcome == "ok"
    (finished,) = worker.all(ToolFinished)
    assert finished.attachments == (
        Attachment(media_type="image/png", data=SCREEN, name="screenshot", width=32, height=16),
    )
    assert finished.output == f"screenshot: PNG image, 32\u00d716, {len(SCREEN)} bytes"
