"""``streamtui stats``."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.core.metrics.story import Story, eventful_turn, simple_turn
from tests.core.metrics.test_session_sums import DAY, dated
from tui.cli.commands.stats_command import stats
from tui.cli.startup.launch_settings import journal_path
from tui.core.config.settings import Config
from tui.journal import Journal


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def stored() -> None:
    """Two sessions: an eventful one today, a simple one ten days ago."""
    journal = Journal.open(journal_path(Config()))
    journal.append("new", dated(eventful_turn("new"), time.time()))
    journal.append("old", dated(simple_turn("old"), time.time() - 10 * DAY))
    assert journal.close()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(stats, arguments)


def data(*arguments: str) -> Any:
    return json.loads(invoke("--json", *arguments).stdout)


@pytest.mark.usefixtures("stored")
def test_all_tables_of_all_sessions_are_printed() -> None:
    result = invoke()
    assert result.exit_code == 0, result.output
    words = "2 turns,TTFT,p50,reliability,rate_limit 1,tokens,by model,gpt-5-nano,by agent,Oracle"
    for word in [*words.split(","), "by tool", "roll_dice", "by day"]:
        assert word in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


@pytest.mark.usefixtures("stored")
def test_since_excludes_older_turns() -> None:
    assert "1 turn of the last 7d" in invoke("--since", "7d").stdout
    assert data("--since", "7d")["turns"] == 1
    assert data("--since", "2w")["turns"] == 2


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("by", "name"), [("model", "gpt-5-mini"), ("agent", "Oracle"), ("tool", "ask_oracle")]
)
def test_by_prints_one_table(by: str, name: str) -> None:
    lines = invoke("--by", by).stdout.splitlines()
    assert lines[0] == f"by {by}"
    assert any(line.startswith(name) for line in lines)
    assert "reliability" not in lines
    assert name in [row["name"] for row in data("--by", by)[f"{by}s"]]


@pytest.mark.usefixtures("stored")
def test_by_day_shows_the_newest_day_first() -> None:
    first, second = (row["name"] for row in data("--by", "day")["days"])
    assert first > second
    lines = invoke("--by", "day").stdout.splitlines()
    assert [line[:10] for line in lines[2:]] == [first, second]


@pytest.mark.usefixtures("stored")
def test_json_has_null_for_unavailable_figures() -> None:
    whole = data()
    assert whole["sessions"] == 2
    assert whole["ttft"]["n"] == 4
    assert whole["tokens"]["cost"] == {"value": None, "quality": "unavailable"}
    assert whole["error_rate"] == {"value": 0.2, "quality": "measured"}


def test_an_empty_journal_is_reported_and_not_an_error() -> None:
    result = invoke()
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No turns are stored." in result.stderr
    assert data()["turns"] == 0


def test_an_invalid_age_is_a_usage_error() -> None:
    result = invoke("--since", "soon")
    assert result.exit_code == 2
    assert "--since: 'soon': write a number" in result.output


def test_escapes_in_stored_names_do_not_reach_the_terminal() -> None:
    journal = Journal.open(journal_path(Config()))
    story = Story().begins(0).calls(0, agent="evil\x1b]52;c;aGk=\x07").tries(0).says(1).ends(2)
    journal.append("evil", story.finishes(3).events)
    assert journal.close()
    assert "\x1b" not in invoke("--by", "agent").stdout


def test_what_was_not_measured_is_null() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(100).runs_tool(100)
    story.tool_ends(110, outcome="rejected").finishes(120, "failed")
    journal = Journal.open(journal_path(Config()))
    journal.append("failed", dated(story, time.time()))
    assert journal.close()
    [tool] = data("--by", "tool")["tools"]
    empty = {"n": 0, "quality": "unavailable"}
    empty |= dict.fromkeys(("mean", "p50", "p90", "p95", "p99", "max"))
    assert tool["duration"] == empty
    assert (tool["calls"], tool["cancelled"], tool["rejected"]) == (1, 0, 1)
    figures = data()
    assert figures["ttft"] == figures["e2e"] == figures["rate"] == empty
    assert figures["error_rate"] == {"value": 1.0, "quality": "measured"}
