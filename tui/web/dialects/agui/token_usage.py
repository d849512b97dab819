"""The tokens of an AG-UI run, summed for each model."""

from tui.protocol import events
from tui.protocol.agui.run_outcomes import TokenUsage

_Counts = dict[str, int]


class UsageSums:
    """A count stays unknown until one model call has reported it."""

    def __init__(self) -> None:
        self._models: dict[str, tuple[str, str]] = {}
        """Provider and model of each model call."""
        self._sums: dict[tuple[str, str], _Counts] = {}

    def take(self, event: object) -> None:
        match event:
            case events.ModelCallStarted():
                self._models[event.call] = event.provider, event.model
            case events.UsageReported():
                self._add(event)

    def usage(self) -> tuple[TokenUsage, ...] | None:
        """None if nothing was reported."""
        return tuple(
            TokenUsage(provider=provider or None, model=model or None, **counts)
            for (provider, model), counts in self._sums.items()
            if counts
        ) or None  # fmt: skip

    def _add(self, event: events.UsageReported) -> None:
        sums = self._sums.setdefault(self._models.get(event.call, ("", "")), {})
        total = None
        if event.input is not None and event.output is not None:
            total = event.input + event.output
        reported = {
            "input_tokens": event.input,
            "output_tokens": event.output,
            "total_tokens": total,
            "reasoning_tokens": event.reasoning,
            "cached_input_tokens": event.cached,
            "cache_write_input_tokens": event.cache_write,
        }
        for name, count in reported.items():
            if count is not None:
                sums[name] = sums.get(name, 0) + max(count, 0)
