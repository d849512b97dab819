"""What each process loads, seen in a new interpreter; who may import whom is in pyproject.toml."""

import subprocess
import sys

import pytest

SDK = {"agents", "openai", "pydantic"}


def loaded_by(module: str) -> set[str]:
    """The top-level names of everything that importing the module has loaded."""
    script = f"import {module}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


@pytest.mark.parametrize(
    "module",
    ["tui.dashboard.app", "tui.cli.options", "tui.cli.sessions_command", "tui.cli.stats_command"],
)
def test_the_ui_process_loads_no_sdk(module: str) -> None:
    assert not loaded_by(module) & SDK


def test_the_worker_process_loads_no_textual() -> None:
    assert not loaded_by("tui.worker.main") & {"textual", "rich", "sqlite3"}


def test_the_worker_can_say_that_it_started_before_it_loads_the_sdk() -> None:
    assert not loaded_by("tui.worker.main") & (SDK | {"genai_prices"})


def test_the_command_line_waits_for_nothing_but_click() -> None:
    loaded = loaded_by("tui.cli.command_line")
    assert "click" in loaded
    assert not loaded & (SDK | {"asyncio", "msgspec", "rich", "sqlite3", "textual"})


def test_the_vocabulary_loads_nothing_but_msgspec() -> None:
    loaded = loaded_by("tui.protocol.codec")
    assert "msgspec" in loaded
    assert not loaded & (SDK | {"asyncio", "click", "rich", "sqlite3", "textual"})
