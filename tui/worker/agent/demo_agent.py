"""The built-in demo, chosen when no agent was named."""

import os
from typing import Any

from agents import Agent

from tui import demo
from tui.protocol.worker_settings import WorkerSettings


def load_demo(settings: WorkerSettings) -> tuple[Agent[Any], bool]:
    """The agent, and whether a script answers for it: without a key and a server, one does."""
    has_model = bool(
        settings.base_url or os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")
    )
    return demo.build(scripted=not has_model), not has_model
