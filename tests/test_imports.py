"""What each process loads, in a new interpreter; pyproject.toml has the import contracts."""

import subprocess
import sys

import pytest

from tests.support.patience import PATIENCE

SDK = {"agents", "openai", "pydantic"}


def loaded_by(module: str) -> set[str]:
    """The top-level names of all modules that importing this module loads."""
    script = f"import {module}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return set(result.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "tui.dashboard.app",
        "tui.cli.startup.launch_settings",
        "tui.cli.commands.sessions_command",
        "tui.cli.commands.stats_command",
    ],
)
def test_the_ui_process_loads_no_sdk(module: str) -> None:
    assert not loaded_by(module) & SDK


def test_the_provider_of_recorded_answers_loads_neither_sdk_nor_textual() -> None:
    assert not loaded_by("tui.recorded_provider.endpoints") & (SDK | {"rich", "textual"})


def test_who_starts_that_provider_loads_no_server() -> None:
    assert not loaded_by("tui.recorded_provider.provider_process") & {"starlette", "uvicorn"}


def test_the_worker_process_loads_no_textual() -> None:
    assert not loaded_by("tui.worker.process") & {"textual", "rich", "sqlite3"}


def test_the_worker_can_report_its_start_before_it_loads_the_sdk() -> None:
    assert not loaded_by("tui.worker.process") & (SDK | {"genai_prices"})


def test_the_command_line_loads_only_click() -> None:
    loaded = loaded_by("tui.cli.command_line")
    assert "click" in loaded
    assert not loaded & (SDK | {"asyncio", "msgspec", "rich", "sqlite3", "textual"})


def test_the_protocol_loads_only_msgspec() -> None:
    loaded = loaded_by("tui.protocol.codec")
    assert "msgspec" in loaded
    assert not loaded & (SDK | {"asyncio", "click", "rich", "sqlite3", "textual"})
