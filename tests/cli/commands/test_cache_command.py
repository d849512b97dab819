"""``streamtui cache``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli.commands.cache_command import cache
from tui.cli.startup.launch_settings import AgentFlags, cache_path, worker_settings
from tui.core.config.settings import CacheConfig, Config
from tui.worker.model.cache.answer_store import AnswerStore, Use
from tui.worker.model.cache.stored_answer import StoredAnswer


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stored() -> AnswerStore:
    """Two answers of one model, used three times, and one of another."""
    store = AnswerStore(cache_path(Config()))
    dear = StoredAnswer(
        streamed=False, joined=b"{}", model="dear-model", input=1000, output=50, cost=0.25
    )
    store.keep(b"a", dear)
    store.keep(b"b", dear)
    free = StoredAnswer(streamed=False, joined=b"{}", model="free-model")
    store.keep(b"c", free)
    store.used([Use(b"a", dear, 2), Use(b"b", dear, 1), Use(b"c", free, 1)])
    return store


def invoke(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cache, arguments, input=given)


@pytest.mark.usefixtures("stored")
def test_stats_are_by_model_with_a_sum() -> None:
    lines = invoke("stats").stdout.splitlines()
    assert lines[0].split() == [
        "model", "entries", "MB", "hits", "saved", "in", "saved", "out", "saved", "cost",
    ]  # fmt: skip
    assert lines[1].split() == ["dear-model", "2", "0.0", "3", "3,000", "150", "$0.7500"]
    assert lines[2].split() == ["free-model", "1", "0.0", "1", "0", "0", "—"]
    assert lines[3].split() == ["all", "3", "0.0", "4", "3,000", "150", "$0.7500"]


@pytest.mark.usefixtures("stored")
def test_stats_as_json() -> None:
    data = json.loads(invoke("stats", "--json").stdout)
    assert [one["model"] for one in data["models"]] == ["dear-model", "free-model"]
    assert data["models"][0]["cost"] == 0.75


def test_an_empty_cache_is_said_to_be_empty() -> None:
    for arguments in (("stats",), ("clear", "--yes")):
        result = invoke(*arguments)
        assert (result.exit_code, result.stderr) == (0, "The cache is empty.\n")
    assert not cache_path(Config()).exists()


def test_clearing_one_model(stored: AnswerStore) -> None:
    assert "2 answers were deleted" in invoke("clear", "--model", "dear-model", "--yes").stdout
    assert [one.model for one in stored.sums()] == ["free-model"]


def test_clearing_by_age_keeps_what_is_new(stored: AnswerStore) -> None:
    assert "0 answers were deleted" in invoke("clear", "--older-than", "7d", "--yes").stdout
    assert stored.find(b"a") is not None


def test_clearing_everything(stored: AnswerStore) -> None:
    assert "3 answers were deleted" in invoke("clear", "--yes").stdout
    assert stored.sums() == []


def test_nothing_is_deleted_where_nobody_can_be_asked(stored: AnswerStore) -> None:
    result = invoke("clear", given="y\n")
    assert result.exit_code == 2
    assert "add --yes" in result.output
    assert stored.find(b"a") is not None


def test_a_wrong_age_says_what_is_right() -> None:
    result = invoke("clear", "--older-than", "soon", "--yes")
    assert result.exit_code == 2
    assert "as in 30d" in result.output


def test_a_damaged_file_is_named_and_can_be_cleared() -> None:
    file = cache_path(Config())
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no database" * 1000)
    result = invoke("stats")
    assert result.exit_code == 1
    assert "cache clear" in result.output
    assert "deleted" in invoke("clear", "--yes").stdout
    assert not file.exists()


@pytest.mark.parametrize(
    ("enabled", "flag", "used"),
    [(False, None, False), (True, None, True), (False, True, True), (True, False, False)],
)
def test_the_flag_overrides_the_settings(*, enabled: bool, flag: bool | None, used: bool) -> None:
    config = Config(cache=CacheConfig(enabled=enabled, lifetime=0.5, size=2))
    settings = worker_settings(AgentFlags(cache=flag), config)
    assert (settings.cache is not None) == used
    if settings.cache is not None:
        assert (settings.cache.lifetime, settings.cache.size) == (43_200, 2_000_000)
