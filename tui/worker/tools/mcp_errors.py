"""Calls that an MCP server itself reports as failed; for the SDK they are ordinary results."""

import functools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from agents.mcp import MCPServer

from tui.worker.tools.output_text import as_json

REPORT: ContextVar[Callable[[str], object] | None] = ContextVar("streamtui_mcp", default=None)
"""Gets the server's words, inside the tool call that has failed."""


def watch(server: MCPServer) -> None:
    """Report each failed call of this server from now on."""
    given: Any = server
    given.call_tool = _watched(server.call_tool)


def _watched(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(call)
    async def watched(*arguments: Any, **named: Any) -> Any:
        result = await call(*arguments, **named)
        report = REPORT.get()
        # The name that the package has, and the one that it had before its version 2.
        failed = getattr(result, "is_error", None) or getattr(result, "isError", None)
        if failed and report is not None:
            report("\n".join(getattr(one, "text", None) or as_json(one) for one in result.content))
        return result

    return watched
