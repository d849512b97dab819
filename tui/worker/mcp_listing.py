"""Reports which tools an agent's MCP server has."""

from tui.protocol.events import McpToolsListed
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent.loaded_agent import LoadedAgent
from tui.worker.io.event_writer import EventWriter


async def report_mcp_tools(
    writer: EventWriter, agent: LoadedAgent, place: int, settings: WorkerSettings
) -> None:
    """Nothing waits for it: a server may take its time."""
    server = await agent.list_mcp_tools(place, settings.connect_timeout)
    writer.emit(
        McpToolsListed(at=writer.now(), server=place, tools=server.tools, problem=server.problem)
    )
