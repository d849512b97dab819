import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from tui.cli import command_line
from tui.cli.commands import worker_command
from tui.cli.startup.launch_settings import AgentFlags, app_options, set_defaults, worker_settings
from tui.core.config.settings import AgentConfig, AppOptions, Config, Timeouts
from tui.protocol.worker_settings import RunData, WorkerSettings


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A separate home, so that no file of the user is read or written."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "STREAMTUI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[AppOptions]:
    """The options that the dashboard was started with; no terminal is needed."""
    options: list[AppOptions] = []

    def run(given: AppOptions, _: object = None) -> int:
        options.append(given)
        return 7

    monkeypatch.setitem(sys.modules, "tui.dashboard.app", module("tui.dashboard.app", run))
    monkeypatch.setattr(command_line, "need_terminal", lambda: None)
    return options


def module(name: str, run: Callable[..., object]) -> ModuleType:
    """A fake of a module whose ``run`` opens a screen or takes over the process."""
    fake = ModuleType(name)
    vars(fake)["run"] = run
    return fake


def dashboard(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.dashboard, arguments)


def settings_of(options: AppOptions) -> WorkerSettings:
    assert options.worker_command[:5] == (sys.executable, "-P", "-m", "tui.worker", "--settings")
    return msgspec.json.decode(options.worker_command[5], type=WorkerSettings)


def test_without_an_agent_the_demo_starts(started: list[AppOptions], tmp_path: Path) -> None:
    result = dashboard()
    assert result.exit_code == 7, result.output
    (options,) = started
    assert (options.demo, options.remote, options.agent) == (True, False, "")
    assert settings_of(options) == WorkerSettings()
    assert options.journal is not None
    assert options.journal.is_relative_to(tmp_path)


def test_every_flag_reaches_the_worker(started: list[AppOptions]) -> None:
    Path("mine.py").touch()
    result = dashboard(
        *("mine.py:agent", "--model", "meta-llama/x", "--base-url", "http://h", "--api", "chat"),
        *("--max-turns", "3", "--context", "mine:context", "--run-config", "mine:config"),
        *("--retry-mode", "restart", "--no-think-tags", "--tracing", "--no-journal"),
        *("--run", "mine:options"),
        *("--workflow-name", "w", "--tool-concurrency", "2", "--auto-previous-response-id"),
        *("--previous-response-id", "resp_1", "--conversation-id", "conv_1"),
    )
    assert result.exit_code == 7, result.output
    (options,) = started
    assert (options.demo, options.agent, options.journal) == (False, "mine.py:agent", None)
    assert settings_of(options) == WorkerSettings(
        agent="mine.py:agent",
        model="meta-llama/x",
        base_url="http://h",
        api="chat",
        run=RunData(
            max_turns=3,
            previous_response_id="resp_1",
            conversation_id="conv_1",
            auto_previous_response_id=True,
            workflow_name="w",
            tool_concurrency=2,
        ),
        run_options="mine:options",
        context="mine:context",
        run_config="mine:config",
        think_tags=False,
        retry_mode="restart",
        tracing=True,
    )


def test_think_tags_come_from_the_flag_or_the_settings(started: list[AppOptions]) -> None:
    settings = worker_settings(AgentFlags(), Config(agent=AgentConfig(think_tags=True)))
    assert settings.think_tags is True
    dashboard("--think-tags")
    assert settings_of(started[0]).think_tags is True


def test_the_worker_command_is_split_into_its_arguments(started: list[AppOptions]) -> None:
    dashboard("--worker-command", "ssh 'my host' streamtui worker agent.py:agent")
    (options,) = started
    assert options.worker_command == ("ssh", "my host", "streamtui", "worker", "agent.py:agent")
    assert (options.remote, options.demo) == (True, False)


@pytest.mark.parametrize("source", ["flag", "environment", "file"])
@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://localhost/v1", "http://"])
def test_a_server_without_http_is_a_usage_error(
    source: str,
    url: str,
    started: list[AppOptions],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments: list[str] = []
    if source == "flag":
        arguments = ["--base-url", url]
    elif source == "environment":
        monkeypatch.setenv("OPENAI_BASE_URL", url)
    else:
        (tmp_path / "s.toml").write_text(f'[agent]\nbase_url = "{url}"\n')
        arguments = ["--config", str(tmp_path / "s.toml")]
    result = dashboard(*arguments)
    assert result.exit_code == 2
    assert "write http://" in result.output
    assert not started


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.py:agent"], "AGENT: there is no file absent.py"),
        (["absent:agent"], "AGENT: there is no module 'absent'"),
        (["--context", "json"], "--context: 'json' has no attribute"),
        (["--api", "grpc"], "'responses'"),
        (["--max-turns", "0"], "'0' is not a number of at least 1, nor none"),
        (["--run", "json"], "--run: 'json' has no attribute"),
        (["--env-file", "absent.env"], "absent.env"),
        (["--config", "absent.toml"], "absent.toml"),
        (["--worker-command", ""], "--worker-command is empty"),
        (["--worker-command", "ssh 'half"], "No closing quotation"),
        (["--local-threads", "2"], "--local-threads needs --local FILE.gguf."),
        (["--local", "m.gguf", "--base-url", "http://x"], "Use --local or --base-url, not both."),
        (["--profile", "x", "--base-url", "http://x"], "Use --profile or --base-url, not both."),
        (["--worker-command", "ssh h", "--model", "m"], "must be part of --worker-command"),
    ],
)
def test_a_usage_error_is_reported_before_the_screen_opens(
    started: list[AppOptions], arguments: list[str], message: str
) -> None:
    result = dashboard(*arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert started == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file"), (b"", "is not a GGUF file"), (b"ELF and so on", "is not a GGUF file")],
)
def test_a_file_that_is_no_model_is_refused(
    started: list[AppOptions], monkeypatch: pytest.MonkeyPatch, content: bytes | None, message: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: True)
    if content is not None:
        Path("m.gguf").write_bytes(content)
    result = dashboard("--local", "m.gguf")
    assert result.exit_code == 2
    assert message in result.output
    assert started == []


def test_without_its_package_a_local_model_says_what_to_install(
    started: list[AppOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    result = dashboard("--local", "m.gguf")
    assert result.exit_code == 2
    assert "pip install 'streamtui[local]'" in result.output
    assert started == []


def test_an_error_in_the_settings_file_is_reported_before_the_screen_opens(
    started: list[AppOptions],
) -> None:
    Path("mine.toml").write_text("[timeouts]\nconect = 1\n")
    result = dashboard("--config", "mine.toml")
    assert result.exit_code == 2
    assert "mine.toml: unknown setting timeouts.conect; did you mean" in result.output
    assert started == []


def test_an_env_file_sets_only_variables_that_are_not_set(
    started: list[AppOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", "set once, so that monkeypatch restores it")
    monkeypatch.delenv("OPENAI_DEFAULT_MODEL")
    Path(".env").write_text("OPENAI_DEFAULT_MODEL=not-read\n")
    Path("named.env").write_text(
        "# ours\nexport OPENAI_API_KEY=from-the-file\nOPENAI_DEFAULT_MODEL='a model'\n"
    )
    dashboard()
    assert "OPENAI_DEFAULT_MODEL" not in os.environ
    dashboard("--env-file", "named.env")
    assert os.environ["OPENAI_API_KEY"] == "from-the-environment"
    assert os.environ["OPENAI_DEFAULT_MODEL"] == "a model"
    assert started[-1].secrets == ("from-the-environment",)


def test_flags_override_the_settings_for_the_worker() -> None:
    config = Config(
        agent=AgentConfig(api="responses", max_turns=4), timeouts=Timeouts(connect=1, idle=2)
    )
    settings = worker_settings(AgentFlags(api="chat"), config)
    assert (settings.api, settings.run_defaults.max_turns) == ("chat", 4)
    assert (settings.connect_timeout, settings.idle_timeout) == (1, 2)


def test_no_limit_of_model_calls_can_be_given_and_configured() -> None:
    config = msgspec.convert({"run": {"max_turns": "none"}, "agent": {"max_turns": 4}}, Config)
    settings = worker_settings(AgentFlags(max_turns=3), config)
    assert (settings.run.max_turns, settings.run_defaults.max_turns) == (3, "none")
    assert worker_settings(AgentFlags(max_turns="none"), config).run.max_turns == "none"


def test_a_configured_model_and_server_are_only_defaults() -> None:
    config = Config(agent=AgentConfig(model="m", base_url="http://h"))
    assert worker_settings(AgentFlags(), config) == WorkerSettings()
    environment: dict[str, str] = {}
    set_defaults(environment, config)
    assert environment == {"OPENAI_DEFAULT_MODEL": "m", "OPENAI_BASE_URL": "http://h"}
    environment["OPENAI_DEFAULT_MODEL"] = "the user's"
    set_defaults(environment, config)
    assert environment["OPENAI_DEFAULT_MODEL"] == "the user's"


def test_the_settings_can_disable_or_move_the_journal() -> None:
    config = msgspec.convert({"journal": {"enabled": False}}, Config)
    assert app_options(AgentFlags(), config).journal is None
    config = msgspec.convert({"journal": {"path": "~/mine.db"}}, Config)
    assert app_options(AgentFlags(), config).journal == Path.home() / "mine.db"


def test_streamtui_worker_runs_a_worker_with_the_given_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[Any] = []
    monkeypatch.setitem(
        sys.modules, "tui.worker.process", module("tui.worker.process", given.append)
    )
    result = CliRunner().invoke(
        worker_command.worker, ["json:agent", "--model", "m", "--max-turns", "2"]
    )
    assert result.exit_code == 0, result.output
    assert given == [WorkerSettings(agent="json:agent", model="m", run=RunData(max_turns=2))]


@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        (["--help"], "Usage: streamtui [OPTIONS] [AGENT]"),
        (["worker", "--help"], "Usage: streamtui worker [OPTIONS] [AGENT]"),
        (["sessions", "--help"], "Usage: streamtui sessions [OPTIONS] COMMAND"),
        (["--", "worker", "--help"], "Usage: streamtui [OPTIONS] [AGENT]"),
        (["--version"], "streamtui, version 0.1.0"),
    ],
)
def test_only_the_first_argument_can_be_a_command(arguments: list[str], usage: str) -> None:
    result = command(*arguments)
    assert usage in result.stdout + result.stderr


def test_without_a_terminal_it_exits_with_2_and_a_message() -> None:
    result = command()
    assert result.returncode == 2
    assert result.stderr == (
        "Error: streamtui needs a terminal: run it without pipes or redirections.\n"
    )
    assert result.stdout == ""


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "tui", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
