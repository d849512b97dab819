"""The sources that an answer cites, over both APIs, while it streams and at its end."""

import json
from typing import Any

import pytest

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer, ResetAfter
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import Speech
from tui.journal.markdown_export import markdown
from tui.protocol.events import Source, SourcesCited, TextDelta
from tui.worker.model.answers.citations import Cited, source_of

TIDES = {
    "type": "url_citation", "url": "https://tides.test/hue", "title": "Tides of Huế",
    "start_index": 0, "end_index": 4,
}  # fmt: skip
MOON = {
    "type": "url_citation", "url": "https://moon.test", "title": "", "start_index": 5,
    "end_index": 9,
}  # fmt: skip
FILE = {"type": "file_citation", "file_id": "file-1", "filename": "ebb.pdf", "index": 3}
PLOT = {
    "type": "container_file_citation", "container_id": "cntr_1", "file_id": "cfile_1",
    "filename": "plot.png", "start_index": 0, "end_index": 1,
}  # fmt: skip
PATH = {"type": "file_path", "file_id": "file-2", "index": 0}


def sse(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def added(annotation: dict[str, Any], number: int) -> bytes:
    """An annotation of the message that the provider is streaming."""
    return sse({
        "type": "response.output_text.annotation.added", "item_id": "msg_0001_0",
        "output_index": 0, "content_index": 0, "annotation_index": number, "annotation": annotation,
    })  # fmt: skip


def message(*annotations: dict[str, Any], text: str, index: int) -> bytes:
    """A whole message that did not stream."""
    part = {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}
    item = {
        "id": f"msg_late_{index}", "type": "message", "role": "assistant", "status": "completed",
        "content": [part],
    }  # fmt: skip
    return sse({"type": "response.output_item.done", "output_index": index, "item": item})


def chunk(delta: dict[str, Any], **more: Any) -> bytes:
    """A chunk of Chat Completions."""
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    whole = {
        "id": "chatcmpl-0001", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [choice], **more,
    }  # fmt: skip
    return f"data: {json.dumps(whole)}\n\n".encode()


def cited(worker: WorkerProcess) -> list[Source]:
    return [source for event in worker.all(SourcesCited) for source in event.sources]


def answer_of(worker: WorkerProcess) -> Speech:
    changes = Folding().feed(*worker.events)
    answers = {c.item.key: c.item for c in changes if isinstance(c.item, Speech)}
    (speech,) = answers.values()
    return speech


def test_each_kind_of_annotation_is_a_numbered_source_in_the_order_of_appearance(
    provide: StartProvider, work: StartWorker
) -> None:
    inserts = {
        1: added(TIDES, 0) + added(FILE, 1),
        2: added(PLOT, 2) + added(PATH, 3) + added({**TIDES, "title": "again"}, 4),
    }
    provider = provide(Answer(deltas=["High ", "at ", "noon."], inserts=inserts))
    worker = work("plain", provider, api="responses")
    assert worker.say("when?").outcome == "ok"
    assert cited(worker) == [
        Source(kind="url", title="Tides of Huế", url="https://tides.test/hue"),
        Source(kind="file", title="ebb.pdf", file_id="file-1"),
        Source(kind="container_file", title="plot.png", file_id="cfile_1", container_id="cntr_1"),
        Source(kind="file_path", file_id="file-2"),
    ]
    assert [str(one) for one in answer_of(worker).citations] == [
        "[1] Tides of Huế — https://tides.test/hue",
        "[2] ebb.pdf — file file-1",
        "[3] plot.png — container cntr_1, file cfile_1",
        "[4] file file-2",
    ]
    assert_shown_again(worker.events)
    assert markdown("t", worker.events).endswith(
        "High at noon.\n\n"
        "- \\[1\\] Tides of Huế — <https://tides.test/hue>\n"
        "- \\[2\\] ebb.pdf — file file-1\n"
        "- \\[3\\] plot.png — container cntr\\_1, file cfile\\_1\n"
        "- \\[4\\] file file-2\n"
    )


def test_sources_that_only_the_finished_message_has_are_cited(
    provide: StartProvider, work: StartWorker
) -> None:
    done = message(TIDES, MOON, text="See there.", index=5)
    provider = provide(Answer(deltas=["Well. ", "So."], inserts={1: done}))
    worker = work("plain", provider, api="responses")
    worker.say("when?")
    (event,) = [one for one in worker.all(SourcesCited) if one.sources[0].title]
    texts = {delta.part: delta.text for delta in worker.all(TextDelta) if "there" in delta.text}
    assert texts == {event.part: "See there."}
    assert [source.url for source in cited(worker)] == [TIDES["url"], MOON["url"]]
    assert_shown_again(worker.events)


def test_sources_of_an_answer_that_was_cut_stay_with_it(
    provide: StartProvider, work: StartWorker
) -> None:
    cut = Answer(
        deltas=["High ", "at ", "noon."], inserts={1: added(TIDES, 0)}, fault=ResetAfter(2)
    )
    provider = provide(cut, Answer("noon, really."))
    worker = work("plain", provider, api="responses", backoff_base=0.01)
    assert worker.say("when?").outcome == "ok"
    (event,) = worker.all(SourcesCited)
    assert (event.attempt, event.part) == (1, 0)
    assert_shown_again(worker.events)


@pytest.mark.parametrize(
    "inserted",
    [
        chunk({"annotations": [{"type": "url_citation", "url_citation": {"url": TIDES["url"]}}]}),
        chunk({"content": ""}, citations=[TIDES["url"]]),
        chunk({"content": ""}, citations=[TIDES["url"]], search_results=[{"url": TIDES["url"]}]),
    ],
    ids=["annotations", "addresses", "results"],
)
@pytest.mark.parametrize("before", [0, 1])
def test_chat_completions_cites_in_the_choices_or_beside_them(
    inserted: bytes, before: int, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=["High ", "noon."], inserts={before: inserted}))
    worker = work("plain", provider, api="chat")
    assert worker.say("when?").outcome == "ok"
    assert cited(worker) == [Source(kind="url", url=str(TIDES["url"]))]
    assert [str(one) for one in answer_of(worker).citations] == ["[1] https://tides.test/hue"]
    assert_shown_again(worker.events)


def test_an_annotation_of_an_unknown_kind_is_named() -> None:
    source = source_of({"type": "map_citation", "place": "Huế"})
    assert source is not None
    assert source.kind == "other"
    assert source.title.startswith("map_citation: ")
    assert "Huế" in source.title


@pytest.mark.parametrize("nothing", [None, "", {}, [], 7, {"url": None}])
def test_what_names_nothing_is_no_source(nothing: object) -> None:
    assert Cited().new([nothing]) == ()
