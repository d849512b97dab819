"""Profiles: servers by name, in the settings and ready ones."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tui.core.config.checks import ConfigError
from tui.core.config.profiles import (
    LOCAL,
    READY,
    endpoint_of,
    key_values,
    missing_key,
    profile_named,
    profiles_of,
    with_profile,
)
from tui.core.config.settings import Config, Thresholds, Timeouts
from tui.core.config.sources import load_config
from tui.protocol.prices import Price

WORK = """
[profiles.work]
base_url = "https://models.work.example/v1"
api = "chat"
model = "big-1"
key_env = "WORK_KEY"
timeouts = { idle = 120 }
[profiles.work.thresholds]
ttft = 5
[profiles.work.prices."big-1"]
input = 1
output = 2
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config.toml"
    path.write_text(WORK)
    return path


def read(file: Path, environment: Mapping[str, str] | None = None, **given: object) -> Config:
    return load_config(file, environment or {}, **given)  # type: ignore[arg-type]


def test_a_profile_gives_server_api_model_key_time_outs_thresholds_and_prices(file: Path) -> None:
    config = read(file, profile="work")
    agent = config.agent
    assert (agent.profile, agent.base_url) == ("work", "https://models.work.example/v1")
    assert (agent.api, agent.model, agent.key_env) == ("chat", "big-1", "WORK_KEY")
    assert config.timeouts == Timeouts(idle=120)
    assert config.thresholds == Thresholds(ttft=5)
    assert config.prices == {"big-1": Price(input=1, output=2)}


def test_without_one_nothing_of_it_applies(file: Path) -> None:
    config = read(file)
    assert (config.agent.profile, config.agent.base_url) == (None, None)
    assert config.timeouts == Timeouts()


def test_the_settings_name_one_for_every_start(file: Path) -> None:
    file.write_text('[agent]\nprofile = "work"\nmax_turns = 7\n' + WORK)
    config = read(file)
    assert (config.agent.profile, config.agent.model) == ("work", "big-1")
    assert config.agent.max_turns == 7
    assert read(file, profile="groq").agent.profile == "groq"
    assert read(file, {"STREAMTUI_AGENT_PROFILE": "ollama"}).agent.profile == "ollama"
    assert read(file, {"STREAMTUI_AGENT_MODEL": "big-2"}).agent.model == "big-2"


def test_a_server_that_overrides_the_settings_takes_the_place_of_their_profile(file: Path) -> None:
    file.write_text('[agent]\nprofile = "work"\n' + WORK)
    assert read(file, address_given=True).agent.profile is None
    config = read(file, {"OPENAI_BASE_URL": "http://x/v1"})
    assert (config.agent.profile, config.agent.base_url) == (None, "http://x/v1")
    assert config.agent.key_env is None
    both = {"OPENAI_BASE_URL": "http://x/v1", "STREAMTUI_AGENT_PROFILE": "work"}
    assert read(file, both).agent.profile == "work"


def test_all_that_are_named_in_the_documentation_are_ready() -> None:
    assert set(READY) == {
        "openai", "azure", "openrouter", "anthropic", "gemini", "groq",
        "ollama", "lmstudio", "vllm", "llamacpp",
    }  # fmt: skip
    for name in LOCAL:
        assert READY[name].base_url is not None
        assert READY[name].base_url.startswith("http://127.0.0.1:")  # type: ignore[union-attr]
        assert READY[name].key_env is None
    document = (Path(__file__).parents[3] / "docs" / "providers.md").read_text()
    for name, profile in READY.items():
        assert f"| `{name}` | {profile.title} | `{profile.base_url}` |" in document


def test_settings_of_a_ready_one_are_overridden_one_by_one(file: Path) -> None:
    file.write_text('[profiles.ollama]\nmodel = "qwen3"\n')
    config = read(file, profile="ollama")
    assert config.agent.base_url == READY["ollama"].base_url
    assert config.agent.model == "qwen3"
    assert next(iter(profiles_of(config))) == "ollama"


def test_an_address_may_have_a_variable(file: Path) -> None:
    given = {"AZURE_OPENAI_ENDPOINT": "https://mine.openai.azure.com/"}
    assert read(file, given, profile="azure").agent.base_url == (
        "https://mine.openai.azure.com/openai/v1"
    )
    with pytest.raises(ConfigError, match="needs the variable AZURE_OPENAI_ENDPOINT"):
        read(file, profile="azure")


def test_an_unknown_name_lists_those_there_are(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, profile="olama")
    assert "There is no profile 'olama'. Did you mean ollama?" in str(caught.value)
    assert "Known: work, openai, azure," in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('profile = "work"', "profile is a setting of [agent]"),
        ("profiles = 3", "profiles is a section"),
        ("[profiles]\nwork = 3", "profiles.work is a section: write [profiles.work]"),
        ("[profiles.x]\nbase_ulr = 'u'", "unknown setting base_ulr; did you mean base_url?"),
        ("[profiles.x]\napi = 'grpc'", 'expected "responses" or "chat"'),
        ("[profiles.x]\ntimeouts = { idel = 1 }", "unknown setting profiles.x.timeouts.idel; did"),
        ("[profiles.x]\ntimeouts = { idle = 0 }", "profiles.x.timeouts.idle = 0: expected a numb"),
        ("[profiles.x]\nthresholds = 3", "write [profiles.x.thresholds]"),
        ("[profiles.x]\nprices.m = { input = 1 }", 'profiles.x.prices."m" has no output'),
        ('[agent]\nprofile = "groq"\nbase_url = "http://x"', "both name a server: keep one"),
    ],
)
def test_a_mistake_is_named(file: Path, content: str, message: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        read(file)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{file}: ")


@pytest.mark.parametrize(
    "content",
    [
        '[profiles.x]\napi_key = "sk-do-not-show-me-0123"',
        '[profiles.x]\nkey_env = "sk-do-not-show-me-0123"',
        '[agent]\nkey_env = "sk-do-not-show-me-0123"',
    ],
)
def test_a_key_in_the_settings_is_refused_and_not_shown(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        read(file)
    assert "environment variable" in str(caught.value)
    assert "do-not-show" not in str(caught.value)


def test_a_key_that_is_not_there_is_missed_and_one_that_is_there_is_masked(file: Path) -> None:
    config = read(file, profile="work")
    profile = profiles_of(config)["work"]
    assert "needs a key in the variable WORK_KEY" in missing_key("work", profile, {})
    environment = {"WORK_KEY": "k-0123456789"}
    assert missing_key("work", profile, environment) == ""
    assert key_values(config, environment) == ("k-0123456789",)
    assert missing_key("ollama", READY["ollama"], {}) == ""


def test_nothing_remains_of_a_profile_when_another_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        """
        [timeouts]
        idle = 50
        [profiles.a]
        base_url = "http://a.test/v1"
        think_tags = true
        timeouts = { idle = 400, turn = 900 }
        thresholds = { ttft = 30 }
        prices.m = { input = 1, output = 2 }
        [profiles.b]
        base_url = "http://b.test/v1"
        """
    )
    at_a = load_config(path, {}, profile="a")
    assert (at_a.timeouts.idle, at_a.thresholds.ttft, set(at_a.prices)) == (400, 30, {"m"})
    at_b = with_profile(at_a, "b", profile_named(at_a, "b", {}))
    assert at_b == load_config(path, {}, profile="b")
    there = endpoint_of(at_a, "b", profile_named(at_a, "b", {}))
    assert (there.idle_timeout, there.turn_timeout, there.prices) == (50, None, {})
    assert there.think_tags is None
