"""The cost of an attempt."""

import pytest

from tests.core.metrics.story import about
from tests.support.provider import Answer
from tests.support.provider.script import Usage
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import UsageReported
from tui.protocol.prices import Price
from tui.worker.model.attempts.attempt_cost import PriceList

OFFICIAL = "api.openai.com"
USED = UsageReported(at=1, call="c", input=1000, cached=400, output=100)
LISTED = PriceList({})


def test_the_price_list_has_the_vendors_models() -> None:
    priced = LISTED.priced(USED, model="gpt-4o-2024-08-06", host=OFFICIAL)
    assert priced.cost == about((600 * 2.5 + 400 * 1.25 + 100 * 10) / 1e6)
    assert (priced.input, priced.output, priced.cached) == (1000, 100, 400)


@pytest.mark.parametrize(
    ("model", "host"),
    [
        ("my-fine-tune", OFFICIAL),
        ("gpt-4o", "localhost:8080"),
        ("gpt-4o", ""),
        ("", OFFICIAL),
        ("gpt-4o", "no host at all"),
    ],
)
def test_a_model_that_is_not_listed_has_no_price(model: str, host: str) -> None:
    assert LISTED.priced(USED, model=model, host=host).cost is None


@pytest.mark.parametrize(("given", "output"), [(None, 10), (10, None)])
def test_without_tokens_there_is_no_price(given: int | None, output: int | None) -> None:
    usage = UsageReported(at=1, call="c", input=given, output=output)
    assert LISTED.priced(usage, model="gpt-4o", host=OFFICIAL).cost is None


def test_configured_prices_override_the_list() -> None:
    own = PriceList({"gpt-4o": Price(input=1.0, output=1.0)})
    assert own.priced(USED, model="gpt-4o", host=OFFICIAL).cost == about(0.0011)


def test_tokens_written_into_the_cache_have_their_own_price() -> None:
    own = PriceList({"m": Price(input=1.0, cached=0.1, cache_write=1.25, output=2.0)})
    used = UsageReported(at=1, call="c", input=1000, cached=400, cache_write=100, output=100)
    expected = (500 * 1.0 + 400 * 0.1 + 100 * 1.25 + 100 * 2.0) / 1e6
    assert own.priced(used, model="m", host="").cost == about(expected)
    listed = LISTED.priced(used, model="gpt-4o-2024-08-06", host=OFFICIAL)
    assert listed.cost is not None


def test_more_cached_tokens_than_tokens_cost_no_more_than_all_of_them() -> None:
    own = PriceList({"m": Price(input=1.0, cached=0.1, output=1.0)})
    odd = UsageReported(at=1, call="c", input=100, cached=900, output=0)
    assert own.priced(odd, model="m", host="").cost == about(100 * 0.1 / 1e6)


def test_the_cost_comes_with_the_usage(provide: StartProvider, work: StartWorker, api: str) -> None:
    usage = Usage(input=1000, output=100, cached=400)
    provider = provide(Answer(deltas=["Hi."], usage=usage))
    price = Price(input=2.0, cached=0.5, output=8.0)
    worker = work("plain", provider, api=api, prices={"test-model": price})
    worker.say("hi")
    (reported,) = worker.all(UsageReported)
    assert reported.cost == about(0.0022)
