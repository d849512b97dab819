"""An agent with an MCP server: of its own (stdio), or at an address (SSE, streamable HTTP)."""

import os
import sys
from pathlib import Path

from agents import Agent
from agents.mcp import MCPServer, MCPServerSse, MCPServerStdio, MCPServerStreamableHttp

PATIENT = 60.0
SERVER = str(Path(__file__).with_name("mcp_server.py"))


def harbour() -> MCPServer:
    address = os.environ.get("HARBOUR", "")
    if address.endswith("/sse"):
        return MCPServerSse(
            {"url": address}, name="harbour", client_session_timeout_seconds=PATIENT
        )
    if address:
        return MCPServerStreamableHttp(
            {"url": address}, name="harbour", client_session_timeout_seconds=PATIENT
        )
    return MCPServerStdio(
        {"command": sys.executable, "args": [SERVER, "stdio"]},
        name="harbour",
        client_session_timeout_seconds=PATIENT,
    )


def agent() -> Agent:
    return Agent(name="Captain", instructions="Ask the harbour.", mcp_servers=[harbour()])
