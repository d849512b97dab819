"""``streamtui config``: what is in force, where it comes from, and a file to begin with."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tui.cli.commands.config_command import config
from tui.core.config.checks import types_of
from tui.core.config.commented_file import EXAMPLES, commented_file
from tui.core.config.settings import Config
from tui.core.config.sources import default_path, load_config

KEY = "k-of-work-0123456789"
FILE = """# mine
[agent]
model = "big-1"   # ours
[timeouts]

idle = 90
[profiles.work]
base_url = "http://work.test/v1"
key_env = "WORK_THING"
[profiles."two words".timeouts]
idle = 5
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "STREAMTUI_", "XDG_")):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(FILE)
    return path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(config, arguments)


def line_of(result: Result, name: str) -> str:
    (line,) = [one for one in result.output.splitlines() if one.startswith(f"{name} = ")]
    return line


def test_each_value_says_where_it_comes_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTUI_TIMEOUTS_CONNECT", "3")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://x/v1")
    shown = invoke("--config", str(file), "show", "--api", "chat")
    assert shown.exit_code == 0, shown.output
    for name, value, origin in (
        ("model", '"big-1"', f"{file}:3"),
        ("idle", "90.0", f"{file}:6"),
        ("connect", "3.0", "STREAMTUI_TIMEOUTS_CONNECT"),
        ("base_url", '"http://x/v1"', "OPENAI_BASE_URL"),
        ("api", '"chat"', "--api"),
        ("first_event", "60.0", "default"),
        ("theme", "(not set)", "default: what fits the terminal"),
    ):
        assert re.fullmatch(
            rf"{name} = {re.escape(value)} +# {re.escape(origin)}", line_of(shown, name)
        )
    assert f"# {file}:7" in line_of(shown, "work")
    assert f"# {file}:10" in line_of(shown, '"two words"')


def test_a_profile_is_an_origin_and_no_key_is_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORK_THING", KEY)
    file.write_text(FILE.replace('"big-1"', f'"{KEY}"'))
    shown = invoke("--config", str(file), "show", "--profile", "work", "--changed")
    assert line_of(shown, "base_url").endswith("# profile work")
    assert line_of(shown, "profile").endswith("# --profile")
    assert "connect" not in shown.output
    assert KEY not in shown.output
    as_json = invoke("--config", str(file), "show", "--json")
    assert KEY not in as_json.output
    found = {(one["section"], one["name"]): one for one in json.loads(as_json.output)}
    assert found["timeouts", "idle"]["origin"] == f"{file}:6"


def test_a_mistake_in_the_file_is_named(file: Path) -> None:
    file.write_text("[agent]\nmodle = 1\n")
    shown = invoke("--config", str(file), "show")
    assert shown.exit_code == 2
    assert "unknown setting agent.modle; did you mean agent.model?" in shown.output


def test_init_writes_a_file_that_changes_nothing_and_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    made = invoke("--config", str(path), "init")
    assert (made.exit_code, made.output) == (0, f"{path}\n")
    assert load_config(path) == Config()
    path.write_text("# mine\n")
    again = invoke("--config", str(path), "init")
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert path.read_text() == "# mine\n"


def test_the_file_has_every_setting_and_its_defaults_are_valid(tmp_path: Path) -> None:
    text = commented_file()
    for section, type_ in types_of(Config).items():
        assert f"[{section}" in text
        if section not in EXAMPLES:
            for name in types_of(type_):
                assert f"\n# {name} = " in text
    path = tmp_path / "config.toml"
    # What has a default, and the examples, are valid without the #.
    path.write_text(
        re.sub(r"(?m)^# (?=[\w\[\"].* ?= ?(?! +# not set)|\[)(?!.*# not set)", "", text)
    )
    read = load_config(path)
    assert read.timeouts == Config().timeouts
    assert set(read.profiles) == {"work"}
    assert read.keys == {"retry": "ctrl+y,f6"}


def test_path_is_all_that_is_on_stdout(tmp_path: Path) -> None:
    result = invoke("--config", str(tmp_path / "none.toml"), "path")
    assert result.stdout == f"{tmp_path / 'none.toml'}\n"
    assert "streamtui config init" in result.stderr


@pytest.mark.parametrize(
    ("written", "code", "text"),
    [("[agent]\\nmodel = 'm'\\n", 0, ""), ("[agent]\\nmodle = 1\\n", 2, "did you mean")],
)
def test_edit_opens_the_editor_and_checks_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, code: int, text: str
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\nprintf "{written}" > "$2"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", f"{editor} -n")
    monkeypatch.delenv("VISUAL", raising=False)
    result = invoke("--config", str(tmp_path / "mine.toml"), "edit")
    assert result.exit_code == code, result.output
    assert text in result.output


def test_an_editor_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    result = invoke("--config", str(tmp_path / "mine.toml"), "edit")
    assert result.exit_code == 2
    assert "no-such-editor" in result.output


def test_an_editor_that_is_not_there_and_no_changed_setting_say_so(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor")
    monkeypatch.delenv("VISUAL", raising=False)
    done = invoke("--config", str(file), "edit")
    assert "no-such-editor: No such file or directory. Set EDITOR" in done.output
    file.write_text("")
    assert invoke("--config", str(file), "show", "--changed").output == (
        "Every setting has its default.\n"
    )


@pytest.mark.parametrize("command", ["show", "path", "edit", "init"])
def test_the_file_may_be_named_after_the_command(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    other = tmp_path / "other.toml"
    if command != "init":
        other.write_text("[agent]\nmodel = 'of-other'\n")
    done = invoke(command, "--config", str(other))
    assert done.exit_code == 0, done.output
    assert command != "show" or f"# {other}:2" in line_of(done, "model")
    assert command != "path" or done.output == f"{other}\n"
    assert other.exists()
    assert not default_path().exists()


def test_a_wrong_file_is_refused_wherever_it_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[agent]\nmodle = 1\n")
    for arguments in (("show", "--config", str(bad)), ("--config", str(bad), "show")):
        done = invoke(*arguments)
        assert done.exit_code == 2
        assert "modle" in done.output


def test_what_counts_where_a_setting_is_not_set_is_said() -> None:
    shown = invoke("show")
    of_agent, of_run = (one for one in shown.output.splitlines() if one.startswith("max_turns = "))
    assert of_agent.endswith("# default: run.max_turns counts")
    assert of_run.endswith("# default: 10, or what the agent brings along")
    assert line_of(shown, "think_tags").endswith("# default: true, but false for api.openai.com")


def test_the_documented_values_are_the_defaults() -> None:
    """Apart from those that the text below them names."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
    written = tomllib.loads(page.partition("```toml")[2].partition("```")[0])
    named = page.partition("The values above are the defaults, except for")[2].partition("\n\n")[0]
    for section, values in written.items():
        if f"`[{section}]`" in named:
            continue
        for name, value in values.items():
            default = getattr(getattr(Config(), section), name)
            assert default == value or (default is None and f"`{name}`" in named), (section, name)
