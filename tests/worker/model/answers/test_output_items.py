"""A provider's token counts, in both APIs."""

from openai.types.completion_usage import CompletionUsage
from openai.types.responses import ResponseUsage

from tui.protocol.events import UsageReported
from tui.worker.model.answers.output_items import usage_event


def counted(usage: object) -> tuple[int | None, ...]:
    event = usage_event(usage, 1, "c", 2)
    assert event == UsageReported(
        at=1, call="c", attempt=2, input=event.input, output=event.output,
        cached=event.cached, cache_write=event.cache_write, reasoning=event.reasoning,
    )  # fmt: skip
    return event.input, event.output, event.cached, event.reasoning


def test_a_response_has_four_counts() -> None:
    details = {"input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
               "output_tokens_details": {"reasoning_tokens": 1}}  # fmt: skip
    counts = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    assert counted(ResponseUsage.model_validate(counts | details)) == (7, 3, 2, 1)


def test_tokens_written_into_the_cache_are_counted_where_they_are_reported() -> None:
    details = {"input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 4},
               "output_tokens_details": {"reasoning_tokens": 1}}  # fmt: skip
    counts = {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    usage = ResponseUsage.model_validate(counts | details)
    assert usage_event(usage, 1, "c", 1).cache_write == 4
    usage = ResponseUsage.model_validate(counts | {**details, "input_tokens": 3})
    assert usage_event(usage, 1, "c", 1).cache_write is None


def test_a_chat_completion_has_four_counts() -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 2},
               "completion_tokens_details": {"reasoning_tokens": 0}}  # fmt: skip
    counts = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    assert counted(CompletionUsage.model_validate(counts | details)) == (7, 3, 2, 0)


def test_missing_counts_are_unknown() -> None:
    counts = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    assert counted(CompletionUsage.model_validate(counts)) == (7, 3, None, None)
    half = {"input_tokens": 7, "output_tokens": 3, "input_tokens_details": {"cached_tokens": 4}}
    assert counted(ResponseUsage.construct(**half)) == (7, 3, 4, None)  # type: ignore[arg-type]
    assert counted(None) == (None, None, None, None)
