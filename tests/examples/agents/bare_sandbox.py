"""A sandbox agent that nobody gives a sandbox."""

from agents.sandbox import SandboxAgent

agent = SandboxAgent(name="Archivist")
