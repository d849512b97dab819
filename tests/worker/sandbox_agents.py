"""An agent that works in a local sandbox, and one that hands over to it."""

from agents import Agent, RunConfig, function_tool
from agents.run_config import SandboxRunConfig
from agents.sandbox import Manifest, SandboxAgent
from agents.sandbox.entries import File
from agents.sandbox.sandboxes.unix_local import UnixLocalSandboxClient


@function_tool(needs_approval=True)
def send() -> str:
    """Send the notes."""
    return "sent"


agent = SandboxAgent(
    name="Boxed",
    instructions="Work in the sandbox.",
    tools=[send],
    default_manifest=Manifest(entries={"notes.txt": File(content=b"buy milk\n")}),
)
config = RunConfig(sandbox=SandboxRunConfig(client=UnixLocalSandboxClient()))
triage = Agent(name="Triage", handoffs=[agent])
