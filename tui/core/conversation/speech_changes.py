"""How deltas, attempts and model calls change the conversation."""

from typing import Literal

from msgspec.structs import replace

from tui.core.conversation.conversation import Call, Conversation
from tui.core.conversation.items import Attempt, Change, Citation, Media, Speech, SpeechState
from tui.protocol import events

_KINDS: dict[type, Literal["answer", "reasoning", "refusal"]] = {
    events.ReasoningDelta: "reasoning",
    events.ReasoningReplaced: "reasoning",
    events.ReasoningGiven: "reasoning",
    events.RefusalDelta: "refusal",
}

_REASONING = frozenset({events.ReasoningDelta, events.ReasoningReplaced, events.ReasoningGiven})

_SpeechEvent = (
    events.TextDelta | events.ReasoningDelta | events.RefusalDelta
    | events.TextReplaced | events.ReasoningReplaced | events.ReasoningGiven
    | events.MessagePhase | events.SourcesCited
)  # fmt: skip


def continued(
    state: Conversation, event: events.TextDelta | events.ReasoningDelta | events.RefusalDelta
) -> Conversation | None:
    """The state after more words of an open speech, nearly all that ever come; else None.

    They change none of its dicts, so that nothing needs to be copied.
    """
    speech = state.speech.get(_key(event))
    if speech is None or not state.running:
        return None
    new = state.at_rest(event.at)
    new.changes = (Change("grew", speech, event.text),)
    return new


def words_arrived(
    state: Conversation, event: events.TextDelta | events.ReasoningDelta | events.RefusalDelta
) -> None:
    key = _key(event)
    speech = state.speech.get(key)
    if speech is None:
        if not event.text:
            return
        speech = _begin(state, event, key)
    state.change(Change("grew", speech, event.text))


def text_replaced(state: Conversation, event: events.TextReplaced) -> None:
    key = _key(event)
    speech = state.spoken.get(key) or _begin(state, event, key)
    state.change(Change("replaced", speech, event.text))


def sources_cited(state: Conversation, event: events.SourcesCited) -> None:
    key = _key(event)
    speech = state.spoken.get(key) or _begin(state, event, key)
    last = max(
        (one.citations[-1].number for one in state.spoken.values()
         if one.citations and (one.call, one.attempt) == (event.call, event.attempt)),
        default=0,
    )  # fmt: skip
    more = tuple(Citation(last + n, source) for n, source in enumerate(event.sources, 1))
    speech = replace(speech, citations=speech.citations + more)
    state.spoken[key] = speech
    if key in state.speech:
        state.speech[key] = speech
    state.change(Change("updated", speech))


def reasoning_replaced(state: Conversation, event: events.ReasoningReplaced) -> None:
    answer = state.spoken.pop(_part_key(event), None)
    if answer is None:
        key = _key(event)
        reasoning = state.speech.get(key) or _begin(state, event, key)
        state.change(Change("replaced", reasoning, event.text))
        return
    state.speech.pop(answer.key, None)
    reasoning = replace(answer, kind="reasoning", state="done", note="", ended=event.at)
    state.change(Change("recast", reasoning, event.text))


def media_received(state: Conversation, event: events.MediaReceived) -> None:
    call = state.calls.get(event.call, Call(agent=""))
    media = Media(
        key=f"media {event.call} {event.attempt} {event.at} {event.seq}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        kind=event.name,
        call=event.call,
        agent=call.agent,
        parent=call.parent,
        text=event.text,
        attachments=event.attachments,
    )
    state.change(Change("began", media))


def reasoning_given(state: Conversation, event: events.ReasoningGiven) -> None:
    speech = _begin(state, replace(event, at=event.began or event.at), _key(event))
    text = event.text or (
        f"encrypted: {event.encrypted:,} characters, which only the server can read"
        if event.encrypted
        else "the server gives no words of it"
    )
    state.change(Change("grew", speech, text))
    close_speech(state, speech, event.at)


def phase_reported(state: Conversation, event: events.MessagePhase) -> None:
    key = _key(event)
    speech = state.spoken.get(key)
    if speech is None:
        state.phases[key] = event.phase
        return
    speech = replace(speech, phase=event.phase)
    state.spoken[key] = speech
    if key in state.speech:
        state.speech[key] = speech
    state.change(Change("updated", speech))


def call_started(state: Conversation, event: events.ModelCallStarted) -> None:
    state.calls[event.call] = Call(agent=event.agent, parent=event.parent)
    if not event.parent:
        state.handoffs = ()
        state.served = event.agent, event.model, event.host


def attempt_started(state: Conversation, event: events.AttemptStarted) -> None:
    state.backoffs -= {event.call}
    _close_attempt(state, event.call, "cancelled")
    call = state.calls.get(event.call, Call(agent=""))
    attempt = Attempt(
        key=f"{event.call} {event.attempt}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        call=event.call,
        number=event.attempt,
        agent=call.agent,
        parent=call.parent,
    )
    state.attempts[event.call] = attempt
    state.change(Change("began", attempt))


def attempt_connected(state: Conversation, event: events.AttemptConnected) -> None:
    attempt = state.attempts.get(event.call)
    if event.cached and attempt is not None:
        state.attempts[event.call] = replace(attempt, cached=True)


def attempt_finished(state: Conversation, event: events.AttemptFinished) -> None:
    _close_call(state, event.call, event.at, "")
    _close_attempt(state, event.call, "ok")


def attempt_failed(state: Conversation, event: events.AttemptFailed) -> None:
    problem = event.problem
    note = f"attempt {event.attempt}: {problem.message}"
    _close_call(state, event.call, event.at, note)
    if event.call not in state.attempts:
        # Its start is missing; the failure is reported anyway.
        attempt_started(state, events.AttemptStarted(at=event.at, run=event.run, call=event.call,
                                                     attempt=event.attempt))  # fmt: skip
    if not state.attempts[event.call].parent:
        state.set_run(failure=problem.message)
    _close_attempt(state, event.call, "failed", problem)


def attempt_cancelled(state: Conversation, event: events.AttemptCancelled) -> None:
    _close_attempt(state, event.call, "cancelled")


def retry_scheduled(state: Conversation, event: events.RetryScheduled) -> None:
    state.backoffs |= {event.call}


def close_speech(
    state: Conversation, speech: Speech, at: int, how: SpeechState = "done", note: str = ""
) -> None:
    """End a part in the state ``how``; ``note`` is the reason if it was cut off or withdrawn."""
    closed = replace(speech, state=how, note=note, ended=at)
    state.speech.pop(speech.key, None)
    if speech.key in state.spoken:
        state.spoken[speech.key] = closed
    state.change(Change("ended", closed))


def say_output(state: Conversation, event: events.RunFinished) -> None:
    """Show a final output that no model said as the answer that it is."""
    speech = Speech(
        key=f"output {event.run}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        kind="answer",
        call="",
        attempt=1,
        agent=event.agent,
        as_json=event.output_json,
    )
    state.change(Change("began", speech), Change("grew", speech, event.output))
    close_speech(state, speech, event.at)


def cut_speech(state: Conversation, speech: Speech, at: int, why: str) -> None:
    """End a part that was cut off; it is complete if ``why`` is "" or it is reasoning."""
    # Reasoning needs no note: the answer that follows has one.
    note = "" if speech.kind == "reasoning" else why
    close_speech(state, speech, at, "interrupted" if note else "done", note)


def close_open(
    state: Conversation, parent: str, at: int, *, only: Literal["", "reasoning"] = ""
) -> None:
    """End all open speech at one level: something else follows it."""
    for speech in [one for one in state.speech.values() if one.parent == parent]:
        if not only or speech.kind == only:
            close_speech(state, speech, at)


def _close_call(state: Conversation, call: str, at: int, why: str) -> None:
    for speech in [one for one in state.speech.values() if one.call == call]:
        cut_speech(state, speech, at, why)


def _close_attempt(
    state: Conversation,
    call: str,
    how: Literal["ok", "failed", "cancelled"],
    problem: events.Problem | None = None,
) -> None:
    attempt = state.attempts.pop(call, None)
    if attempt is not None:
        state.change(Change("ended", replace(attempt, state=how, problem=problem)))


def _begin(state: Conversation, event: _SpeechEvent, key: str) -> Speech:
    kind = _KINDS.get(type(event), "answer")
    call = state.calls.get(event.call, Call(agent=""))
    if kind != "reasoning":
        close_open(state, call.parent, event.at, only="reasoning")
    speech = Speech(
        key=key,
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        kind=kind,
        call=event.call,
        attempt=event.attempt,
        agent=call.agent,
        parent=call.parent,
        as_json=state.loaded is not None and state.loaded.output_json,
        phase=state.phases.pop(key, ""),
        cached=event.call in state.attempts and state.attempts[event.call].cached,
    )
    state.speech[key] = speech
    if kind != "reasoning":
        state.spoken[key] = speech
    state.change(Change("began", speech))
    return speech


def _key(event: _SpeechEvent) -> str:
    part = _part_key(event)
    return f"r {part}" if type(event) in _REASONING else part


def _part_key(event: _SpeechEvent) -> str:
    return f"{event.call} {event.attempt} {event.part}"
