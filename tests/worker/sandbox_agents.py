"""An agent that works in a local sandbox, and one that hands over to it."""

from agents import Agent, RunConfig
from agents.run_config import SandboxRunConfig
from agents.sandbox import Manifest, SandboxAgent
from agents.sandbox.entries import File
from agents.sandbox.sandboxes.unix_local import UnixLocalSandboxClient

agent = SandboxAgent(
    name="Boxed",
    instructions="Work in the sandbox.",
    default_manifest=Manifest(entries={"notes.txt": File(content=b"buy milk\n")}),
)
config = RunConfig(sandbox=SandboxRunConfig(client=UnixLocalSandboxClient()))
triage = Agent(name="Triage", handoffs=[agent])
