"""MCP servers over stdio, SSE and streamable HTTP: real ones, on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.examples.conftest import AGENTS, Show, row
from tests.support.patience import PATIENCE, wait_until
from tests.support.provider import Answer, ToolCall
from tests.support.terminal import wait_gone

PATHS = {"sse": "/sse", "streamable-http": "/mcp"}


@contextmanager
def address_of(transport: str, folder: Path) -> Iterator[str]:
    """The address of a server; "" for one that the agent starts itself."""
    if transport == "stdio":
        yield ""
        return
    port = folder / "port"
    command = [sys.executable, str(AGENTS / "mcp_server.py"), transport, str(port)]
    with subprocess.Popen(command) as server:
        try:
            wait_until(lambda: port.exists() and bool(port.read_text()), "no server")
            yield f"http://127.0.0.1:{port.read_text()}{PATHS[transport]}"
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.mark.parametrize("transport", ["stdio", "sse", "streamable-http"])
def test_an_mcp_server(show: Show, tmp_path: Path, transport: str) -> None:
    calls = [
        ToolCall("tide", {"port": "Hue"}, id="one"),
        ToolCall("process", id="two"),
        ToolCall("storm", id="three"),
    ]
    with address_of(transport, tmp_path) as address:
        example = show("mcp_client", Answer(tool_calls=calls), Answer("At noon."), HARBOUR=address)
        example.ask(
            "When is high water?",
            "At noon.",
            row("✓", "harbour › tide", "high water in Hue at noon"),
            row("✓", "harbour › process"),
            row("✗", "harbour › storm", "Error executing"),
            "MCP tools of harbour: tide, process, storm",
        )
        # They are listed before each model call, and told once.
        assert example.terminal.text.count("MCP tools of harbour") == 1
        outputs = example.provider.requests[1].tool_outputs
        assert "high water in Hue at noon" in outputs["one"]
        example.quit()
    wait_gone(int("".join(filter(str.isdigit, outputs["two"]))))
