"""Skips work that the SDK and its client do at each step of a run, and that changes nothing.

To tell agents of the same name apart, the SDK serializes everything about every agent, once per run
and once per answer. Before each call it checks every string of the conversation for being a
collection. And the client tries each item as every kind of item, looking for fields to rename: this
takes seconds for a long conversation; the items of these APIs have none.

Thousands of turns in a row take half the time without it. The program itself never skips it: it is
there to show where an agent's time goes.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents import Agent
from openai.types.chat import completion_create_params as chat
from openai.types.responses import response_create_params as responses

from tui.worker.sdk_internals.private_names import PrivateName

IdentityMap = dict[str, Agent[Any]]
BuildMap = Callable[[Agent[Any]], IdentityMap]
Rename = Callable[[Any, object], Awaitable[Any]]
BUILD_MAP = PrivateName("agents._run_state_agent_identity", "_build_agent_identity_map")
AGENT_GRAPH = PrivateName("agents._run_state_agent_identity", "_iter_agent_graph")
COPY = PrivateName("agents.util._json", "_to_dump_compatible_internal")
RENAME = PrivateName("openai._utils._transform", "async_transform")
CONVERSATIONS: dict[object, str] = {
    responses.ResponseCreateParamsStreaming: "input",
    responses.ResponseCreateParamsNonStreaming: "input",
    chat.CompletionCreateParamsStreaming: "messages",
    chat.CompletionCreateParamsNonStreaming: "messages",
}
"""Where each kind of request has the conversation."""
LEAVES = frozenset({str, int, float, bool, type(None)})


def install() -> None:
    """Put the shortcuts into the SDK, for the rest of the process."""
    BUILD_MAP.wrap(by_name_alone)
    COPY.wrap(by_exact_type)
    RENAME.wrap(with_unchanged_conversation)


def by_name_alone(build: BuildMap) -> BuildMap:
    """The same map as ``build`` returns, without its work if all names are different."""
    agents_of = AGENT_GRAPH.get()

    def build_map(initial_agent: Agent[Any]) -> IdentityMap:
        agents = list(agents_of(initial_agent))
        named = {agent.name: agent for agent in agents}
        return named if len(named) == len(agents) else build(initial_agent)

    return build_map


def by_exact_type(copy: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same copy as ``copy`` returns, called only for what JSON does not have."""

    def copied(value: Any) -> Any:
        kind = type(value)
        if kind in LEAVES:
            return value
        if kind is dict:
            return {key: copied(held) for key, held in value.items()}
        if kind is list:
            return [copied(held) for held in value]
        return copy(value)

    return copied


def with_unchanged_conversation(rename: Rename) -> Rename:
    """The same request as ``rename`` returns, which gets the conversation only if necessary."""

    async def renamed(request: Any, kind: object) -> Any:
        name = CONVERSATIONS.get(kind, "")
        if not isinstance(request, Mapping) or not _is_plain_list(items := request.get(name)):
            return await rename(request, kind)
        made = await rename({**request, name: []}, kind)
        made[name] = items
        return made

    return renamed


def _is_plain_list(value: object) -> bool:
    return type(value) is list and _is_plain(value)


def _is_plain(value: Any) -> bool:
    """Whether it is JSON, all the way down."""
    kind = type(value)
    if kind is dict:
        return all(map(_is_plain, value.values()))
    return kind in LEAVES or (kind is list and all(map(_is_plain, value)))
