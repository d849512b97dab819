"""Runs that went on at the same time, as in a batch, are played one after the other."""

from collections.abc import Sequence

from tui.journal.resume import shifted
from tui.protocol import events
from tui.protocol.events import Event

_GAP = 1_000_000_000
"""Nanoseconds between the end of a run and the start of the next."""


def one_after_another(recorded: list[Event]) -> list[Event]:
    """The same events; if any runs overlap, each run's are together, in the order of the starts.

    Each run keeps its own times, moved behind those of the run before.
    """
    if not _overlap(recorded):
        return recorded
    groups: dict[str, list[Event]] = {"": []}
    aside: dict[str, list[Event]] = {}
    """By the run that started last before them: events of no run."""
    newest = ""
    for event in recorded:
        if isinstance(event, events.RunStarted):
            newest = event.run
        if event.run:
            groups.setdefault(event.run, []).append(event)
        else:
            aside.setdefault(newest, []).append(event)
    ordered: list[Event] = []
    end: int | None = None
    for run, group in groups.items():
        for part in (group, aside.get(run, [])):
            if part:
                shift = 0 if end is None else max(0, end + _GAP - part[0].at)
                ordered += [shifted(event, shift) if shift else event for event in part]
                end = max(event.at + shift for event in part)
    return ordered


def _overlap(recorded: Sequence[Event]) -> bool:
    """Whether a run starts while another is open that ends later."""
    ends = {
        event.run: number
        for number, event in enumerate(recorded)
        if isinstance(event, events.RunFinished)
    }
    latest = -1
    for number, event in enumerate(recorded):
        if isinstance(event, events.RunStarted):
            if number < latest:
                return True
            latest = max(latest, ends.get(event.run, -1))
    return False
