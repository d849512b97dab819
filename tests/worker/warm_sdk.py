"""Importing it makes the process ready for its first model call, and so all that it forks."""

import asyncio
import gc

import tests.worker.sequences.agents  # noqa: F401 (its tools' schemas take time to make)
from tui.worker.prices import load_listed
from tui.worker.warm_up import warm_up

for api in ("responses", "chat"):
    asyncio.run(warm_up(api))
load_listed()
# A collection in a forked process would write to, and so copy, every page of this one.
gc.collect()
gc.freeze()
