"""A server's own list of the conversation's messages: what it says is what is sent next.

What it holds that has not streamed is shown; what it leaves out is a line in the log.
"""

import json

from tui.core.formatting import counted
from tui.remote.agui_thread import AguiThread, Message, calls_of, text_of
from tui.remote.reading.call_events import CallEvents
from tui.remote.reading.content_text import content_of
from tui.remote.reading.lanes import Lanes
from tui.remote.reading.message_builder import MessageBuilder
from tui.remote.reading.remote_calls import RemoteCalls
from tui.remote.reading.spoken_parts import SpokenParts
from tui.remote.reading.traces import Traces


class Snapshots:
    def __init__(
        self,
        thread: AguiThread,
        lanes: Lanes,
        *,
        messages: MessageBuilder,
        parts: SpokenParts,
        calls: RemoteCalls,
        called: CallEvents,
        traces: Traces,
    ) -> None:
        self._thread = thread
        self._lanes = lanes
        self._messages = messages
        self._parts = parts
        self._calls = calls
        self._traces = traces
        self._called = called

    def read(self, data: str, at: int) -> None:
        """``data``: the event as it came, so that fields that are not known are kept."""
        listed = json.loads(data).get("messages") or []
        new = [one for one in listed if isinstance(one, dict) and one.get("id") and one.get("role")]
        self._messages.flush()
        old = self._thread.messages
        self._messages.replace(new)
        self._say_missing(old, new, at)
        known = {str(one["id"]): text_of(one) for one in old}
        for message in new[_after_last_user(new) :]:
            self._show(message, known, at)

    def _show(self, message: Message, known: dict[str, str], at: int) -> None:
        """What of a message of the current turn is not on the screen yet."""
        name, text = str(message["id"]), text_of(message)
        if message["role"] == "assistant":
            same = known.get(name) == text or (name not in known and text in known.values())
            if text and not same:
                self._parts.whole(name, text, self._lanes.top, at)
            for one in calls_of(message):
                self._announce(one, at)
        elif message["role"] == "tool":
            call = str(message.get("toolCallId") or "")
            if call and not self._calls.has_result(call):
                content = content_of(message.get("content"))
                error = str(message.get("error") or "")
                self._called.give(call, content, self._lanes.top, at, error=error)

    def _announce(self, call: Message, at: int) -> None:
        name = str(call.get("id") or "")
        function = call.get("function")
        if not name or name in self._calls or not isinstance(function, dict):
            return
        self._calls.announced(name, str(function.get("name") or ""), self._lanes.top, at)
        self._calls.grew(name, str(function.get("arguments") or ""), at)
        self._calls.complete(name, at)

    def _say_missing(self, old: list[Message], new: list[Message], at: int) -> None:
        ids = {one["id"] for one in new}
        texts = {(one["role"], text_of(one)) for one in new}
        gone = [
            one
            for one in old
            if one.get("id") not in ids
            and one.get("role") not in ("activity", "reasoning")
            and (one.get("role"), text_of(one)) not in texts
        ]
        if gone:
            count = counted(len(gone), "message")
            roles = ", ".join(sorted({str(one.get("role")) for one in gone}))
            self._traces.line(
                "the server's history",
                f"it has {counted(len(new), 'message')} and leaves out {count} of this"
                f" conversation ({roles}); what it has is what is sent next",
                at,
                "warning",
            )


def _after_last_user(messages: list[Message]) -> int:
    users = [index for index, one in enumerate(messages) if one["role"] == "user"]
    return users[-1] + 1 if users else 0
