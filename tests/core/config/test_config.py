from pathlib import Path

import pytest

from tui.core.config.checks import ConfigError
from tui.core.config.settings import AgentConfig, Config, Retries, Thresholds, Timeouts
from tui.core.config.sources import default_path, load_config
from tui.dashboard.commands.key_settings import key_problem


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture(autouse=True)
def _no_config_file_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_without_any_source_the_defaults_apply() -> None:
    config = load_config()
    assert config == Config()
    assert config.timeouts == Timeouts(connect=10, first_event=60, idle=60)
    assert config.retries == Retries(most=3, base=1, cap=10, mode="continue")
    assert config.thresholds == Thresholds(ttft=2.0, tokens_per_second=10, error_rate=0.05)


def test_a_file_sets_only_what_it_contains(file: Path) -> None:
    file.write_text(
        """
        [agent]
        model = "gpt-oss-20b"
        max_turns = 5
        [timeouts]
        idle = 90
        [display]
        pace = 240
        theme = "nord"
        [keys]
        retry = "f8,f6"
        "transcript.next" = "down"
        """
    )
    config = load_config(file, key_problem=key_problem)
    assert config.agent == AgentConfig(model="gpt-oss-20b", max_turns=5)
    assert config.timeouts == Timeouts(idle=90)
    assert (config.display.pace, config.display.theme) == (240, "nord")
    assert config.keys == {"retry": "f8,f6", "transcript.next": "down"}


def test_the_default_file_is_read_if_it_exists() -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_text("[retries]\nmost = 1\n")
    assert load_config().retries.most == 1


def test_flags_override_the_environment_which_overrides_the_file(file: Path) -> None:
    file.write_text('[agent]\napi = "chat"\nbase_url = "file"\n[timeouts]\nidle = 1\nconnect = 1\n')
    environment = {
        "STREAMTUI_AGENT_BASE_URL": "environment",
        "STREAMTUI_TIMEOUTS_IDLE": "2.5",
        "STREAMTUI_JOURNAL_ENABLED": "false",
        "OPENAI_BASE_URL": "vendor's",
        "PATH": "/bin",
    }
    config = load_config(file, environment, {"timeouts": {"idle": 3.0}})
    assert config.agent == AgentConfig(api="chat", base_url="environment")
    assert config.timeouts == Timeouts(connect=1, idle=3)
    assert not config.journal.enabled


def test_the_vendors_variable_overrides_the_file(file: Path) -> None:
    file.write_text('[agent]\nbase_url = "file"\n')
    assert load_config(file, {"OPENAI_BASE_URL": "http://x"}).agent.base_url == "http://x"
    assert load_config(file, {"OPENAI_BASE_URL": ""}).agent.base_url == "file"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[timeout]\n", "unknown section timeout; did you mean timeouts?"),
        (
            "[nonsense]\n",
            "unknown section nonsense; known: agent, alerts, cache, display, journal, keys",
        ),
        ("[timeouts]\nconect = 1\n", "unknown setting timeouts.conect; did you mean timeouts.conn"),
        ("[timeouts]\nidle = -1\n", "timeouts.idle = -1: expected a number above 0"),
        ("[timeouts]\nidle = 'soon'\n", "timeouts.idle = 'soon': expected a number above 0"),
        ('[agent]\napi = "grpc"\n', 'agent.api = \'grpc\': expected "responses" or "chat"'),
        ("[agent]\nmax_turns = 1.5\n", "agent.max_turns = 1.5: expected a whole number at least 1"),
        (
            '[display]\npace = "fast"\n',
            'expected "instant" or "smooth" or a whole number at least 30 and at most 10000',
        ),
        ("[journal]\nenabled = 1\n", "journal.enabled = 1: expected true or false"),
        ("[keys]\nretry = 1\n", "keys.retry = 1: expected text"),
        ('[keys]\nretrie = "f6"\n', "unknown binding keys.retrie; did you mean keys.retry?"),
        ('[keys]\n"tools.fald" = "v"\n', "did you mean keys.tools.fold?"),
        (
            '[keys]\nretry = "ctrl+q"\n',
            "Ctrl+Q is the key of keys.retry (Retry, everywhere) and of",
        ),
        ("timeouts = 1\n", "timeouts is a section: write [timeouts] on a line of its own"),
        ("[timeouts\n", "not TOML"),
    ],
)
def test_an_error_in_the_file_says_what_is_allowed(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load_config(file, key_problem=key_problem)
    assert str(caught.value).startswith(f"{file}: ")
    assert message in str(caught.value)


def test_an_error_in_the_environment_says_what_is_allowed() -> None:
    with pytest.raises(ConfigError, match=r"^STREAMTUI_TIMEOUTS_IDLE: timeouts\.idle = 'x': exp"):
        load_config(environment={"STREAMTUI_TIMEOUTS_IDLE": "x"})
    with pytest.raises(ConfigError, match=r"did you mean STREAMTUI_TIMEOUTS_IDLE\?"):
        load_config(environment={"STREAMTUI_TIMEOUTS_IDEL": "1"})


def test_a_given_file_must_exist(file: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(file)


def test_a_binary_file_is_an_error(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not TOML"):
        load_config(file)


def test_the_documented_file_is_valid_and_shows_the_defaults(file: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
    file.write_text(document.partition("```toml\n")[2].partition("```")[0])
    shown, default = load_config(file, key_problem=key_problem), Config()
    assert (shown.timeouts, shown.retries, shown.thresholds) == (
        default.timeouts,
        default.retries,
        default.thresholds,
    )
    assert (shown.display.pace, shown.journal.enabled) == (
        default.display.pace,
        default.journal.enabled,
    )
    assert shown.cache == default.cache
    for section in (
        "agent",
        "timeouts",
        "retries",
        "thresholds",
        "display",
        "ui",
        "journal",
        "cache",
    ):
        names = getattr(shown, section).__struct_fields__
        # Settings without a default are commented out.
        lines = file.read_text().replace("\n# ", "\n")
        assert all(f"\n{name} = " in lines for name in names), section
