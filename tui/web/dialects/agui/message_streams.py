"""Text and reasoning as AG-UI messages: each that begins has its end."""

from dataclasses import dataclass

from tui.core.conversation import Change, Speech
from tui.protocol import events
from tui.protocol.agui import agui_events as agui
from tui.web.dialects.agui.event_collector import EventCollector, MessageIds
from tui.web.dialects.agui.written_messages import WrittenMessages, WrittenText


@dataclass(slots=True)
class _Text:
    owner: str
    written: WrittenText


@dataclass(slots=True)
class _Reasoning:
    id: str
    owner: str
    message: bool = False
    """It has words: its message is open."""
    text: str = ""


class MessageStreams:
    """What was sent cannot be taken back, so the snapshot at the end of the run says what counts.

    A text that starts over is a new message, and one whose whole text differs in the end, or that
    was reasoning, is reported in an event of our own.
    """

    def __init__(
        self, log: EventCollector, written: WrittenMessages, ids: MessageIds, run: str
    ) -> None:
        self._log = log
        self._written = written
        self._run = run
        self._ids = ids
        self._texts: dict[str, _Text] = {}
        self._reasoning: dict[str, _Reasoning] = {}
        self._ended: dict[str, WrittenText] = {}
        """Texts that have ended, by the keys of their speech."""

    def change(self, change: Change, speech: Speech, owner: str, event: object) -> None:
        """Follow a change of speech; ``event`` is what made it."""
        if speech.kind == "reasoning" and change.kind != "recast":
            wordless = isinstance(event, events.ReasoningGiven) and not event.text
            self._change_reasoning(change, speech, owner, wordless=wordless)
            return
        match change.kind:
            case "began":
                self._open(speech, owner)
            case "grew" if change.text:
                self._grow(speech, owner, change.text)
            case "replaced":
                self._replace(speech, owner, change.text)
            case "recast":
                self._recast(speech, owner, change.text)
            case "ended":
                self._end(speech)

    def last_of(self, call: str, owner: str) -> str:
        """The newest message of a model call, which holds the tool calls of the same answer."""
        texts = [*self._ended.values(), *(text.written for text in self._texts.values())]
        of_call = [
            text.id
            for text in texts
            if call and text.attempt[0] == call and text.owner == owner and not text.withdrawn
        ]
        return of_call[-1] if of_call else ""

    def close(self, owner: str | None = None) -> None:
        """End what is open: all, or what belongs to a nested agent."""
        for key, text in list(self._texts.items()):
            if owner is None or text.owner == owner:
                self._end_text(key)
        for key, reasoning in list(self._reasoning.items()):
            if owner is None or reasoning.owner == owner:
                self._end_reasoning(key)

    def _new_id(self, key: str) -> str:
        return self._ids.new(f"{self._run}-{'-'.join(key.split())}")

    def _open(self, speech: Speech, owner: str) -> _Text:
        self._end_text(speech.key)
        id_ = self._new_id(speech.key)
        written = self._written.text(
            id_, name=speech.agent, owner=owner, call=speech.call, attempt=speech.attempt
        )
        text = self._texts[speech.key] = _Text(owner, written)
        self._log.add(
            agui.TextMessageStart(
                message_id=id_,
                role="assistant",
                name=speech.agent or None,
                subagent_run_id=owner or None,
            )
        )
        return text

    def _grow(self, speech: Speech, owner: str, delta: str) -> None:
        text = self._texts.get(speech.key) or self._open(speech, owner)
        text.written.pieces.append(delta)
        self._log.add(
            agui.TextMessageContent(
                message_id=text.written.id, delta=delta, subagent_run_id=text.owner or None
            )
        )

    def _replace(self, speech: Speech, owner: str, whole: str) -> None:
        text = self._texts.get(speech.key)
        written = text.written if text else self._ended.get(speech.key)
        if written is None:
            if whole:
                self._grow(speech, owner, whole)
            return
        sent = "".join(written.pieces)
        if text is not None and whole.startswith(sent):
            if whole != sent:
                self._grow(speech, owner, whole[len(sent) :])
            return
        written.pieces[:] = [whole]
        self._log.custom("text_replaced", written.owner, messageId=written.id, content=whole)

    def _recast(self, speech: Speech, owner: str, whole: str) -> None:
        """It was reasoning: the message ends, and leaves the conversation."""
        text = self._texts.get(speech.key)
        written = text.written if text else self._ended.get(speech.key)
        self._end_text(speech.key)
        id_ = ""
        if written is not None:
            written.withdrawn, id_, owner = True, written.id, written.owner
        self._log.custom("was_reasoning", owner, messageId=id_)
        reasoning = self._begin_reasoning(f"r {speech.key}", owner)
        self._think(reasoning, whole)
        self._end_reasoning(f"r {speech.key}")

    def _end(self, speech: Speech) -> None:
        self._end_text(speech.key)
        if speech.state == "withdrawn" and (written := self._ended.get(speech.key)):
            written.withdrawn = True

    def _end_text(self, key: str) -> None:
        text = self._texts.pop(key, None)
        if text is not None:
            self._ended[key] = text.written
            self._log.add(
                agui.TextMessageEnd(message_id=text.written.id, subagent_run_id=text.owner or None)
            )

    def _change_reasoning(
        self, change: Change, speech: Speech, owner: str, *, wordless: bool
    ) -> None:
        match change.kind:
            case "began":
                self._begin_reasoning(speech.key, owner)
            case "grew" if change.text and not wordless:
                open_ = self._reasoning.get(speech.key)
                self._think(open_ or self._begin_reasoning(speech.key, owner), change.text)
            case "replaced":
                reasoning = self._reasoning.get(speech.key)
                if reasoning is None:
                    reasoning = self._begin_reasoning(speech.key, owner)
                if change.text.startswith(reasoning.text):
                    self._think(reasoning, change.text[len(reasoning.text) :])
                else:
                    self._log.custom(
                        "text_replaced", owner, messageId=reasoning.id, content=change.text
                    )
            case "ended":
                self._end_reasoning(speech.key)

    def _begin_reasoning(self, key: str, owner: str) -> _Reasoning:
        self._end_reasoning(key)
        reasoning = self._reasoning[key] = _Reasoning(self._new_id(key), owner)
        self._log.add(agui.ReasoningStart(message_id=reasoning.id, subagent_run_id=owner or None))
        return reasoning

    def _think(self, reasoning: _Reasoning, delta: str) -> None:
        if not delta:
            return
        owner = reasoning.owner or None
        if not reasoning.message:
            reasoning.message = True
            self._log.add(
                agui.ReasoningMessageStart(message_id=reasoning.id, subagent_run_id=owner)
            )
        reasoning.text += delta
        self._log.add(
            agui.ReasoningMessageContent(
                message_id=reasoning.id, delta=delta, subagent_run_id=owner
            )
        )

    def _end_reasoning(self, key: str) -> None:
        reasoning = self._reasoning.pop(key, None)
        if reasoning is None:
            return
        owner = reasoning.owner or None
        if reasoning.message:
            self._log.add(agui.ReasoningMessageEnd(message_id=reasoning.id, subagent_run_id=owner))
        self._log.add(agui.ReasoningEnd(message_id=reasoning.id, subagent_run_id=owner))
