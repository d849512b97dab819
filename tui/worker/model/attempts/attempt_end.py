"""Reports the end of an attempt that has a complete answer."""

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tui.protocol.events import AttemptFinished
from tui.worker.model.answers.output_items import usage_event
from tui.worker.model.attempts.token_counts import mended_response_usage

if TYPE_CHECKING:
    from tui.worker.model.attempts.attempt_run import Attempt


def report_end(attempt: "Attempt", response: Any) -> None:
    """Emit the usage with its cost, and the end; mend the response's counts, in place."""
    observer, identity, emitter = attempt.observer, attempt.identity, attempt.emitter
    counts = response.usage if attempt.chat_usage is None else attempt.chat_usage
    usage = usage_event(counts, emitter.now(), identity.call, attempt.number, some=attempt.shown)
    response.usage = mended_response_usage(response.usage)
    priced = observer.prices.priced(usage, model=identity.model, host=identity.host)
    observer.writer.emit_soon(replace(priced, saved=True) if attempt.cached else priced)
    if attempt.recording is not None:
        attempt.recording.ended(
            response.output, priced, some=attempt.shown, cited=attempt.messages.has_cited
        )
    emitter.emit_soon(
        AttemptFinished,
        raw_events=attempt.raw_events,
        response_model=str(getattr(response, "model", "") or ""),
        finish_reason=attempt.finish_reason or str(getattr(response, "status", "") or ""),
        request_id=attempt.request_id,
    )
