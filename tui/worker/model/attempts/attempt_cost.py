"""What an attempt costs: configured prices first, then a price list; else there is no price.

The list is that of genai-prices, which ships its data and uses no network. Loading it takes 50 ms,
so a thread does it once the agent is loaded.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from tui.protocol.events import UsageReported
from tui.protocol.prices import Price, cost


class PriceList:
    """``own`` are the configured prices, by the model name that is sent to the server."""

    def __init__(self, own: Mapping[str, Price]) -> None:
        self._own = own

    def priced(self, usage: UsageReported, *, model: str, host: str) -> UsageReported:
        """The usage with its cost in US dollars; unchanged if tokens or price are unknown."""
        if usage.input is None or usage.output is None:
            return usage
        cached = min(usage.cached or 0, usage.input)
        written = min(usage.cache_write or 0, usage.input - cached)
        own = self._own.get(model)
        if own is not None:
            dollars: float | None = cost(
                own, input=usage.input, cached=cached, output=usage.output, cache_write=written
            )
        else:
            dollars = _listed(model, host, usage.input, cached, usage.output, cache_write=written)
        return usage if dollars is None else replace(usage, cost=dollars)


def _listed(  # noqa: PLR0917
    model: str, host: str, given: int, cached: int, output: int, cache_write: int = 0
) -> float | None:
    """The price at this host: the same model has another price elsewhere."""
    if not model or not host:
        return None
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - see above

    usage = Usage(
        input_tokens=given,
        cache_read_tokens=cached,
        output_tokens=output,
        cache_write_tokens=cache_write or None,
    )
    try:
        price = calc_price(usage, model, provider_api_url=f"https://{host}/v1")
    except (LookupError, ValueError):
        return None
    return float(price.total_price)


def load_listed() -> None:
    """Load the price list, so that the first answer does not wait for it."""
    _listed("gpt-5-mini", "api.openai.com", 1, 0, 1)
