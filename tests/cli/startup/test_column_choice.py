"""What `streamtui compare` makes columns of."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tui.cli.commands.compare_command import compare
from tui.cli.startup.column_choice import STREAMED, Wanted, plans_of
from tui.cli.startup.launch_settings import AgentFlags
from tui.comparison.column_plan import ColumnPlan


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("")


def settings(plan: ColumnPlan) -> dict[str, object]:
    """What its worker is started with."""
    found: dict[str, object] = json.loads(plan.worker_command[-1])
    return found


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(compare, arguments)


def test_each_agent_is_a_column() -> None:
    one, other = plans_of(Wanted(agents=("a.py:x", "b.py"), models=("m",)))
    assert (one.label, other.label) == ("a.py:x", "b.py")
    assert (one.reference, other.reference) == ("a.py:x", "b.py")
    assert settings(one)["model"] == settings(other)["model"] == "m"


def test_each_combination_is_a_column() -> None:
    plans = plans_of(
        Wanted(models=("m", "n"), base_urls=("http://a:1/v1", "http://b:2/v1"), agents=("a.py",))
    )
    assert [plan.label for plan in plans] == ["m a:1", "m b:2", "n a:1", "n b:2"]
    assert [settings(plan)["base_url"] for plan in plans][1:3] == ["http://b:2/v1", "http://a:1/v1"]


def test_streamed_against_not_streamed() -> None:
    one, other = plans_of(Wanted(variants=STREAMED))
    assert (one.label, one.stream) == ("streamed", True)
    assert (other.label, other.stream) == ("not streamed", False)
    assert settings(one).get("stream", True) is True
    assert settings(other)["stream"] is False


def test_a_variant_has_several_names_and_settings() -> None:
    one, other = plans_of(
        Wanted(
            variants=(
                "model=m,api=chat,retries.most=0,timeouts.idle=7,name=hasty",
                "max-turns=3,think-tags=off,agent=b.py",
            ),
            flags=AgentFlags(retry_mode="restart"),
        )
    )
    first, second = settings(one), settings(other)
    assert one.label == "hasty"
    assert (first["model"], first["api"], first["max_retries"], first["idle_timeout"]) == (
        "m", "chat", 0, 7.0,
    )  # fmt: skip
    assert other.label == "max-turns=3 think-tags=off b.py"
    assert second["run"] == {"max_turns": 3}
    assert second["think_tags"] is False
    assert first["retry_mode"] == second["retry_mode"] == "restart"
    assert other.reference == "b.py"


def test_the_same_label_gets_a_number() -> None:
    plans = plans_of(Wanted(agents=("a.py", "a.py", "a.py")))
    assert [plan.label for plan in plans] == ["a.py", "a.py (2)", "a.py (3)"]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_there_are_two_to_four_columns(count: int) -> None:
    with pytest.raises(click.UsageError, match="2 to 4 columns"):
        plans_of(Wanted(models=("m",) * count))


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        ("stream", "'stream' is not NAME=VALUE"),
        ("model=", "'model=' is not NAME=VALUE"),
        ("stream=maybe", "write stream=on or stream=off"),
        ("colour=red", "'colour' is unknown: write one of name, stream, agent, agent-name, model"),
        ("api=soap", "api=soap"),
        ("retries.mots=1", "retries.mots"),
        ("retries.most=many", "retries.most = 'many': expected a whole number"),
        ("display.theme=nord", "only settings of agent, run, timeouts, retries"),
        ("base-url=host:1", "has no http"),
        ("agent=nowhere.py", "there is no file nowhere.py"),
        ("model=m,model=n", "model is given twice"),
    ],
)
def test_a_variant_that_cannot_be_is_said(variant: str, words: str) -> None:
    with pytest.raises(click.UsageError) as raised:
        plans_of(Wanted(variants=(variant, "name=other")))
    assert words in raised.value.message


def test_without_a_terminal_a_prompt_is_needed() -> None:
    result = invoke("--stream-or-not")
    assert result.exit_code == 2
    assert "give --prompt TEXT or --prompts FILE" in result.output


def test_a_report_that_cannot_be_written_is_found_out_first() -> None:
    result = invoke("--stream-or-not", "--prompt", "hi", "--report", "no/such/folder.md")
    assert result.exit_code == 2
    assert "no/such/folder.md cannot be written" in result.output


def test_the_help_has_examples() -> None:
    printed = invoke("--help").output
    for word in ("--stream-or-not", "--variant", "Examples:", "Exit codes:"):
        assert word in printed


def test_each_profile_has_its_own_limits(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        "[profiles.slow]\nbase_url = 'http://slow.test/v1'\nthresholds = { ttft = 30 }\n"
        "[profiles.quick]\nbase_url = 'http://quick.test/v1'\n"
    )
    plans = plans_of(Wanted(agents=("a.py",), profiles=("slow", "quick"), config_file=config))
    assert [plan.thresholds.ttft for plan in plans if plan.thresholds] == [30.0, 2.0]


def test_a_theme_that_does_not_exist_is_refused_before_anything_runs() -> None:
    result = invoke("a.py", "b.py", "--theme", "nrod")
    assert result.exit_code == 2
    assert "there is no theme 'nrod'; use one of " in result.output
