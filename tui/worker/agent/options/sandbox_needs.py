"""What a SandboxAgent needs beside itself. Importing this does not load the SDK's sandboxes."""

import sys
from typing import Any

from agents import Agent, RunConfig

from tui.protocol.events import Problem

_MODULE = "agents.sandbox.sandbox_agent"
_ADVICE = """\
In your file, write
  from agents.run_config import SandboxRunConfig
  from agents.sandbox.sandboxes.unix_local import UnixLocalSandboxClient
  sandbox = SandboxRunConfig(client=UnixLocalSandboxClient())
  streamtui = {"run_config": RunConfig(sandbox=sandbox)}
or name one with --run-config. On Linux the local client confines nothing: what the model runs, it \
runs as you."""


def lacks_sandbox(agent: Agent[Any], run_config: RunConfig) -> Problem | None:
    """Why this agent cannot run; None if it can.

    The SDK chooses no sandbox by itself, and neither does this: what the model may do to the
    machine is for the agent's author to say.
    """
    kind = getattr(sys.modules.get(_MODULE), "SandboxAgent", None)
    if kind is None or not isinstance(agent, kind) or run_config.sandbox is not None:
        return None
    return no_sandbox(agent.name)


def no_sandbox(name: str) -> Problem:
    message = f"{name} is a SandboxAgent, and no run configuration gives it a sandbox."
    return Problem(kind="agent", message=message, advice=_ADVICE, retry="never", code="no_sandbox")
