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
    cache_write: Dollars | None = None
    """For input tokens written into the provider's cache; None: the same as ``input``."""


def cost(
    price: Price,
    *,
    input: int,  # noqa: A002
    cached: int,
    output: int,
    cache_write: int = 0,
) -> float:
    """US dollars.

    ``cached`` and ``cache_write`` tokens are part of ``input``, reasoning is part of ``output``.
    """
    from_cache = price.input if price.cached is None else price.cached
    into_cache = price.input if price.cache_write is None else price.cache_write
    fresh = max(input - cached - cache_write, 0)
    given = fresh * price.input + cached * from_cache + cache_write * into_cache
    return (given + output * price.output) / MILLION
