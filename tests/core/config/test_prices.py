"""Configured prices: the cost they lead to, and how they are read."""

from pathlib import Path

import pytest

from tests.core.metrics.story import about
from tui.cli.startup.launch_settings import AgentFlags, worker_settings
from tui.core.config.checks import ConfigError
from tui.core.config.sources import load_config
from tui.protocol.prices import Price, cost

PRICE = Price(input=2.0, cached=0.5, output=8.0)


def test_cached_tokens_have_their_own_price() -> None:
    assert cost(PRICE, input=1000, cached=400, output=100) == about(
        (600 * 2 + 400 * 0.5 + 100 * 8) / 1e6
    )


def test_without_their_own_price_cached_tokens_cost_as_much_as_others() -> None:
    price = Price(input=2.0, output=8.0)
    assert cost(price, input=1000, cached=400, output=0) == about(0.002)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_configured_prices_reach_the_worker(file: Path) -> None:
    file.write_text('[prices]\n"a/b-1.5" = { input = 2, cached = 0.5, output = 8 }\n')
    settings = worker_settings(AgentFlags(), load_config(file))
    assert settings.prices == {"a/b-1.5": PRICE}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('"m" = 3', 'prices."m": write { input'),
        ('"m" = { input = 1 }', 'prices."m" has no output'),
        ('"m" = { input = 1, output = 2, cache = 3 }', "unknown price cache; did you mean cached?"),
        ('"m" = { input = -1, output = 2 }', 'prices."m".input = -1: expected a number at least 0'),
        ('"m" = { input = "1", output = 2 }', "expected a number"),
    ],
)
def test_an_invalid_price_is_an_error(file: Path, content: str, message: str) -> None:
    file.write_text(f"[prices]\n{content}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert message in str(caught.value)
