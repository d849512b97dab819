"""Importing it makes the process ready for its first model call, and so all that it forks."""

import asyncio
import gc

from tui.worker.warm_up import warm_up

for api in ("responses", "chat"):
    asyncio.run(warm_up(api))
# A collection in a forked process would write to, and so copy, every page of this one.
gc.collect()
gc.freeze()
