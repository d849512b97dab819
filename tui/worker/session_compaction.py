"""Lets a session of the SDK's compact what it holds after a turn, as the runner does it."""

import asyncio
import inspect
from dataclasses import dataclass
from typing import Any, NamedTuple

from agents import RunConfig, RunContextWrapper
from agents.memory import Session, is_openai_responses_compaction_aware_session

from tui.worker.input_items import Item

SECONDS = 300.0
"""For one compaction: the server reads the whole conversation."""


@dataclass(frozen=True, slots=True)
class LastResponse:
    """The answer that ended a turn."""

    run: str
    id: str
    store: bool | None
    """Whether the server was asked to keep it; None: it was not asked."""


class Compacted(NamedTuple):
    """What a compaction has made of a conversation; tokens are None if the server reports none."""

    run: str
    before: list[Item]
    after: list[Item]
    tokens_before: int | None
    tokens_after: int | None


def compacts(session: Session) -> bool:
    return is_openai_responses_compaction_aware_session(session)


def sends_all(run_config: RunConfig) -> bool:
    """Whether the model gets the conversation as it is, so that its response stands for it."""
    filters = (run_config.session_input_callback, run_config.call_model_input_filter)
    return filters == (None, None)


async def run_compaction(session: Any, last: LastResponse) -> tuple[int | None, int | None]:
    """The tokens before and after it, if it has been done and they are known.

    Raises what the session or its client raises, and `TimeoutError`.
    """
    counter: RunContextWrapper[None] = RunContextWrapper(None)
    arguments: dict[str, Any] = {"response_id": last.id, "force": False}
    if last.store is not None:
        arguments["store"] = last.store
    takes_counter = "wrapper" in inspect.signature(session.run_compaction).parameters
    more = {"wrapper": counter} if takes_counter else {}
    async with asyncio.timeout(SECONDS):
        await session.run_compaction(arguments, **more)
    usage = counter.usage
    return (usage.input_tokens or None, usage.output_tokens or None)
