"""An agent that works with files and commands in a local sandbox."""

from agents import RunConfig
from agents.run_config import SandboxRunConfig
from agents.sandbox import Manifest, SandboxAgent
from agents.sandbox.entries import File
from agents.sandbox.sandboxes.unix_local import UnixLocalSandboxClient

agent = SandboxAgent(
    name="Archivist",
    instructions="Read the files before you answer.",
    default_manifest=Manifest(
        entries={"letter.txt": File(content=b"Dear Ann, the ship is late.\n")}
    ),
)
streamtui = {"run_config": RunConfig(sandbox=SandboxRunConfig(client=UnixLocalSandboxClient()))}
