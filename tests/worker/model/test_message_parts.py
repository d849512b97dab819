"""Parts of messages: refusals, and what comes only with the finished message."""

import base64
import json
from typing import Any

import pytest

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.core.conversation import Speech
from tui.journal.markdown_export import markdown
from tui.protocol.events import MediaReceived, RefusalDelta, TextDelta


def done(*parts: dict[str, Any], index: int = 5) -> bytes:
    item = {
        "id": "msg_late", "type": "message", "role": "assistant", "status": "completed",
        "content": parts,
    }  # fmt: skip
    event = {"type": "response.output_item.done", "output_index": index, "item": item}
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def text_part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}


def said(worker: WorkerProcess) -> list[tuple[str, str]]:
    """The answers and refusals with their texts, in order."""
    texts: dict[str, tuple[str, str]] = {}
    for change in Folding().feed(*worker.events):
        if isinstance(change.item, Speech):
            kind, before = texts.get(change.item.key, (change.item.kind, ""))
            whole = change.text if change.kind == "replaced" else before + change.text
            texts[change.item.key] = kind, whole
    return list(texts.values())


def test_a_refusal_after_partial_text_is_shown_as_one_in_chat_and_export(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("First, take", refusal="No, I must not.\nAsk a chemist."))
    worker = work("plain", provider, api=api)
    finished = worker.say("how?")
    assert said(worker) == [
        ("answer", "First, take"),
        ("refusal", "No, I must not.\nAsk a chemist."),
    ]
    assert finished.problem is not None
    assert (finished.problem.kind, finished.problem.code) == ("guardrail", "refusal")
    assert_shown_again(worker.events)
    document = markdown("t", worker.events)
    assert (
        "First, take\n\n**Declined to answer:**\n\n> No, I must not.\n> Ask a chemist." in document
    )


def test_a_refusal_only_in_the_finished_message_is_shown(
    provide: StartProvider, work: StartWorker
) -> None:
    late = done(text_part("Partly."), {"type": "refusal", "refusal": "I cannot."})
    worker = work("plain", provide(Answer(deltas=["a", "b"], inserts={1: late})), api="responses")
    worker.say("how?")
    assert [delta.text for delta in worker.all(RefusalDelta)] == ["I cannot."]
    assert ("answer", "Partly.") in said(worker)
    assert ("refusal", "I cannot.") in said(worker)
    assert_shown_again(worker.events)


def test_deltas_of_a_refusal_that_were_lost_are_made_up_for(
    provide: StartProvider, work: StartWorker
) -> None:
    event = {
        "type": "response.refusal.done", "item_id": "msg_0001_0", "output_index": 0,
        "content_index": 0, "refusal": "I cannot do that.",
    }  # fmt: skip
    final = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
    provider = provide(Answer(refusal="I cannot", inserts={1: final}))
    worker = work("plain", provider, api="responses")
    worker.say("how?")
    assert said(worker) == [("refusal", "I cannot")]
    assert worker.all(TextDelta) == []


@pytest.mark.parametrize("place", [0, 5])
def test_what_has_streamed_is_not_shown_again_at_its_end(
    place: int, provide: StartProvider, work: StartWorker
) -> None:
    again = done(text_part("ab"), index=place)
    provider = provide(Answer(deltas=["a", "b", "c"], inserts={2: again}))
    worker = work("plain", provider, api="responses")
    worker.say("hi")
    assert "".join(delta.text for delta in worker.all(TextDelta)) == "abc"


def sse(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


SOUND = base64.b64encode(b"RIFF\x04\0\0\0WAVE").decode()


def test_parts_that_are_no_text_are_named_and_their_data_is_kept(
    provide: StartProvider, work: StartWorker
) -> None:
    late = done(
        {"type": "output_audio", "data": SOUND, "transcript": "Ahoy."},
        {"type": "hologram", "depth": 3},
    )
    worker = work("plain", provide(Answer(deltas=["a", "b"], inserts={1: late})), api="responses")
    assert worker.say("sing").outcome == "ok"
    sound, hologram = worker.all(MediaReceived)
    assert (sound.name, sound.text) == ("output_audio", "Ahoy.")
    assert sound.attachments[0].data == base64.b64decode(SOUND)
    assert (hologram.name, hologram.text) == ("hologram", '{"depth":3}')
    assert_shown_again(worker.events)
    document = markdown("t", worker.events)
    assert "> Plain sent output_audio: audio, 12 bytes\n> Ahoy." in document
    assert '> Plain sent hologram\n> {"depth":3}' in document


def test_audio_that_streams_is_one_part(provide: StartProvider, work: StartWorker) -> None:
    pieces = [
        {"type": "response.audio.delta", "delta": SOUND},
        {"type": "response.audio.transcript.delta", "delta": "Ahoy, "},
        {"type": "response.audio.delta", "delta": SOUND},
        {"type": "response.audio.transcript.delta", "delta": "there."},
    ]
    streamed = b"".join(map(sse, pieces))
    provider = provide(Answer(deltas=["a", "b"], inserts={1: streamed}))
    worker = work("plain", provider, api="responses")
    assert worker.say("sing").outcome == "ok"
    (sound,) = worker.all(MediaReceived)
    assert sound.text == "Ahoy, there."
    assert sound.attachments[0].data == base64.b64decode(SOUND) * 2


def test_audio_of_chat_completions_is_named_before_the_sdk_gives_up(
    provide: StartProvider, work: StartWorker
) -> None:
    audio = {"id": "audio_1", "data": SOUND, "transcript": "Ahoy."}
    chunk = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": {"audio": audio}, "finish_reason": None}],
    }  # fmt: skip
    inserted = f"data: {json.dumps(chunk)}\n\n".encode()
    provider = provide(*[Answer(deltas=["a", "b"], inserts={1: inserted})] * 2)
    worker = work("plain", provider, api="chat", max_retries=0)
    finished = worker.say("sing")
    assert worker.all(MediaReceived)[0].text == "Ahoy."
    assert finished.problem is not None
    assert "udio" in finished.problem.message
    assert_shown_again(worker.events)
