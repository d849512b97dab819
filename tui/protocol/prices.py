"""What a model's tokens cost, as the user configured it."""

from typing import Annotated

import msgspec

Dollars = Annotated[float, msgspec.Meta(ge=0)]

MILLION = 1_000_000


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """US dollars per million tokens."""

    input: Dollars
    output: Dollars
    cached: Dollars | None = None
    """For input tokens from the provider's cache; None: the same as ``input``."""


def cost(price: Price, *, input: int, cached: int, output: int) -> float:  # noqa: A002
    """US dollars; ``cached`` tokens are part of ``input``, reasoning is part of ``output``."""
    from_cache = price.input if price.cached is None else price.cached
    fresh = max(input - cached, 0)
    return (fresh * price.input + cached * from_cache + output * price.output) / MILLION
