"""Every event as a line of JSON, as it happens, in the journal's own words."""

import json
from collections.abc import Sequence

from typing_extensions import override

from tui.core.sanitize.secrets import Masker
from tui.headless.face import Face
from tui.headless.output.bounded_writer import BoundedWriter
from tui.headless.results import Job, RunResult
from tui.journal.export_file import masked_for_a_file
from tui.protocol import events
from tui.protocol.codec import encode
from tui.protocol.events import Event


class JsonLines(Face):
    """A line ``{"type": "JobStarted", …}`` names the prompt that a run id stands for."""

    def __init__(self, writer: BoundedWriter, masker: Masker) -> None:
        self._writer = writer
        self._masker = masker

    @override
    def began(self, job: Job) -> None:
        self._line(type="JobStarted", run=job.run, id=job.prompt.id, round=job.round)

    @override
    def received(self, job: Job, batch: Sequence[Event]) -> None:
        if batch:
            masked = (masked_for_a_file(event, self._masker) for event in batch)
            self._write("".join(encode(event).decode() for event in masked))

    @override
    def aside(self, event: Event) -> None:
        if not isinstance(event, events.ClockRead):
            self._write(encode(event).decode())

    @override
    def ended(self, result: RunResult) -> None:
        job = result.job
        self._line(type="JobEnded", run=job.run, id=job.prompt.id, outcome=result.outcome)

    def _line(self, **fields: object) -> None:
        self._write(json.dumps(fields) + "\n")

    def _write(self, lines: str) -> None:
        left_out = self._writer.left_out
        if left_out and self._writer.write(
            json.dumps({"type": "LinesLeftOut", "blocks": left_out}) + "\n"
        ):
            self._writer.left_out = 0
        self._writer.write(lines)
