"""Agents whose tools the provider runs."""

from agents import (
    Agent,
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    ShellTool,
    WebSearchTool,
)
from agents.tool import MCPToolApprovalFunctionResult, MCPToolApprovalRequest
from openai.types.responses.tool_param import Mcp

SEA: Mcp = {"type": "mcp", "server_label": "sea", "server_url": "https://sea.test/mcp"}

hosted = Agent(
    name="Hosted",
    tools=[
        WebSearchTool(),
        FileSearchTool(vector_store_ids=["vs_1"]),
        CodeInterpreterTool(tool_config={"type": "code_interpreter", "container": "c_1"}),
        ImageGenerationTool(tool_config={"type": "image_generation", "partial_images": 2}),
        HostedMCPTool(tool_config={**SEA, "require_approval": "always"}),
    ],
)


def decide(request: MCPToolApprovalRequest) -> MCPToolApprovalFunctionResult:
    if "Hue" in request.data.arguments:
        return {"approve": True}
    return {"approve": False, "reason": "no such port"}


hooked = Agent(
    name="Hooked",
    tools=[
        HostedMCPTool(tool_config={**SEA, "require_approval": "always"}, on_approval_request=decide)
    ],
)

contained = Agent(name="Contained", tools=[ShellTool(environment={"type": "container_auto"})])

boss = Agent(
    name="Boss",
    tools=[hosted.as_tool("ask_hosted", "Asks the agent whose tools the provider runs.")],
)
