"""What a run sends at its start: all of the conversation, or what a server or a callback leaves."""

import inspect
from copy import deepcopy
from typing import Any

from agents import ItemHelpers, RunConfig, RunResultStreaming

from tui.worker.agent.options.run_options import RunOptions
from tui.worker.input_items import Item
from tui.worker.ledger import Turn
from tui.worker.server_state import ServerInput, ServerState


async def run_input(
    turn: Turn, server: ServerState, options: RunOptions, run_config: RunConfig
) -> ServerInput:
    """Raises what the user's ``session_input_callback`` raises."""
    callback = run_config.session_input_callback
    if options.session is None or callback is None:
        return server.input_of(len(turn.base), turn.items())
    new = [] if turn.message is None else [turn.message]
    # The callback may change what it is given; the conversation stays as it is.
    given: Any = [deepcopy(list(turn.base)), deepcopy(new)]
    combined = callback(*given)
    if inspect.isawaitable(combined):
        combined = await combined
    items: Any = combined
    return ServerInput(list(items), partial=True)


def conversation_of(
    result: RunResultStreaming, sent: ServerInput, turn: Turn, before: list[Item]
) -> list[Any]:
    """The conversation after a run that ended well; ``before`` is that with which it began."""
    items: list[Any] = result.to_input_list()
    if not sent.partial:
        return [*turn.left_out(), *items]
    return [*before, *items[len(ItemHelpers.input_to_new_input_list(result.input)) :]]
