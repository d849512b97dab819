"""An MCP server that the provider calls; a person approves each call."""

from agents import Agent, HostedMCPTool

agent = Agent(
    name="Librarian",
    tools=[
        HostedMCPTool(
            tool_config={
                "type": "mcp",
                "server_label": "sea",
                "server_url": "https://sea.test/mcp",
                "require_approval": "always",
            }
        )
    ],
)
