"""An MCP server: ``mcp_server.py stdio``, or ``sse`` or ``streamable-http`` on a free port.

Over HTTP it writes its port into the file that it is given.
"""

import os
import socket
import sys
from pathlib import Path

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("harbour", log_level="ERROR")


@server.tool()
def tide(port: str) -> str:
    """When the water is high."""
    return f"high water in {port} at noon"


@server.tool()
def process() -> int:
    """The number of the server's process."""
    return os.getpid()


@server.tool()
def storm() -> str:
    """Fails."""
    raise ToolError("the harbour is closed")


def main(transport: str, file: str = "") -> None:
    if transport == "stdio":
        server.run()
        return
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = server.sse_app() if transport == "sse" else server.streamable_http_app()
    Path(file).write_text(str(listener.getsockname()[1]))
    config = uvicorn.Config(app, log_level="error")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
