"""Follows a session for one AG-UI run: the bytes of its stream."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from tui.core.metrics import Metrics, Thresholds, figures
from tui.journal import JournalError
from tui.protocol.agui.agui_codec import encode_agui
from tui.protocol.agui.agui_events import KnownEvent
from tui.protocol.agui.own_events import own_event
from tui.web.delivery.event_log import EventLog, Waits
from tui.web.delivery.moments import Reading
from tui.web.delivery.sse import PING
from tui.web.dialects.agui.run_translation import RunTranslation

PING_EVERY = 15.0
"""Seconds of silence after which a comment is sent."""


class RunFigures:
    """The figures of the run that is followed, as far as it has been read."""

    def __init__(self, run: str, thresholds: Thresholds) -> None:
        self._run = run
        self._thresholds = thresholds
        self.metrics: Metrics | None = None
        self.at = 0

    def __call__(self) -> dict[str, Any]:
        """Without the spans of its waterfall, which may be many."""
        if self.metrics is None:
            return {}
        turn = figures(self.metrics, self.at).turn
        if turn is None or turn.run != self._run:
            return {}
        names = ("outcome", "scripted", "ttft", "ttfo", "e2e", "attempts", "failed", "retries",
                 "tools", "kinds", "tokens", "parts", "longest", "longest_share")  # fmt: skip
        return {name: getattr(turn, name) for name in names}


async def run_stream(
    log: EventLog,
    translation: RunTranslation,
    run_figures: RunFigures,
    *,
    after: int,
    resumes: bool,
    closing: Callable[[], bool],
    running: Callable[[], bool],
    thresholds: Thresholds,
    own: bool = False,
) -> AsyncIterator[bytes]:
    """The stream after event ``after`` until the translation ends.

    ``resumes``: the run began before that; what it has said is known to the client. ``own``: tell
    our own events too.
    """
    reading, waits = Reading(thresholds), Waits(log)
    read = await log.run_start(after) - 1 if resumes else after
    while translation.end is None:
        try:
            batch = await log.read(read)
        except JournalError:
            yield sent(translation.fail("The journal cannot be read.", "STREAM_ERROR"))
            return
        if batch:
            split = max(0, min(after - read, len(batch)))
            for moment in reading.moments(read + 1, batch[:split]):
                translation.remember(moment.step)
            new = map(own_event, batch[split:] if own else ())
            ready: list[KnownEvent] = [event for event in new if event is not None]
            for moment in reading.moments(read + split + 1, batch[split:]):
                run_figures.metrics, run_figures.at = moment.metrics, moment.conversation.at
                ready += translation.take([moment.step])
            read += len(batch)
            if ready:
                yield sent(ready)
        elif closing():
            yield sent(translation.fail("The service is shutting down.", "SHUTTING_DOWN"))
        elif not running():
            yield sent(translation.fail("The run ended without a report.", "STREAM_ERROR"))
        elif not await waits.wait(PING_EVERY):
            yield PING


def sent(events: Iterable[KnownEvent]) -> bytes:
    """As server-sent events; JSON has no line breaks."""
    return b"".join(b"data: " + encode_agui(event) + b"\n\n" for event in events)
