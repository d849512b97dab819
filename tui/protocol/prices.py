"""What tokens cost where the person says so."""

from typing import Annotated

import msgspec

Dollars = Annotated[float, msgspec.Meta(ge=0)]

MILLION = 1_000_000


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """US dollars per million tokens."""

    input: Dollars
    output: Dollars
    cached: Dollars | None = None
    """Of input tokens that the provider had in its cache; None: as much as any other."""


def cost(price: Price, *, input: int, cached: int, output: int) -> float:  # noqa: A002
    """US dollars; ``cached`` tokens are part of ``input``, reasoning is part of ``output``."""
    from_cache = price.input if price.cached is None else price.cached
    fresh = max(input - cached, 0)
    return (fresh * price.input + cached * from_cache + output * price.output) / MILLION
