"""Importing it makes the process ready for its first model call, and so all that it forks."""

import asyncio

from tui.worker.warm_up import warm_up

for api in ("responses", "chat"):
    asyncio.run(warm_up(api))
