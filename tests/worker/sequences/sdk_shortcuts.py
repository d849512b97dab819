"""Work that the SDK and its client do at each step of a run and that changes nothing, left out.

To tell agents of one name apart the SDK writes down everything about every agent: once per run, and
once more with each answer. Before each call it asks every string of the conversation whether it is
a collection. And the client tries each item as every kind that there is, in search of fields to
rename, which costs seconds where the conversation is long; the items of these APIs have none.

Thousands of turns in a row take half the time without it. The program itself never does this: where
an agent's time goes is what it is there to show.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from agents import Agent
from agents import _run_state_agent_identity as identity
from agents.util import _json as plain_data
from openai._utils import _transform as client_data
from openai.types.chat import completion_create_params as chat
from openai.types.responses import response_create_params as responses

from tui.worker.sdk_internals import internal, wrap_internal

IdentityMap = dict[str, Agent[Any]]
BuildMap = Callable[[Agent[Any]], IdentityMap]
Rename = Callable[[Any, object], Awaitable[Any]]
BUILD_MAP = "_build_agent_identity_map"
AGENT_GRAPH = "_iter_agent_graph"
COPY = "_to_dump_compatible_internal"
RENAME = "async_transform"
CONVERSATIONS: dict[object, str] = {
    responses.ResponseCreateParamsStreaming: "input",
    responses.ResponseCreateParamsNonStreaming: "input",
    chat.CompletionCreateParamsStreaming: "messages",
    chat.CompletionCreateParamsNonStreaming: "messages",
}
"""Where each kind of request has the conversation."""
LEAVES = frozenset({str, int, float, bool, type(None)})


def install() -> None:
    """Put the shortcuts into the SDK of this process, for good."""
    wrap_internal(identity, BUILD_MAP, by_name_alone)
    wrap_internal(plain_data, COPY, by_exact_type)
    wrap_internal(client_data, RENAME, with_conversation_as_it_is)


def by_name_alone(build: BuildMap) -> BuildMap:
    """The same map as ``build`` makes: where each name stands for one agent nothing is unclear."""
    agents_of = internal(identity, AGENT_GRAPH)

    def build_map(initial_agent: Agent[Any]) -> IdentityMap:
        agents = list(agents_of(initial_agent))
        named = {agent.name: agent for agent in agents}
        return named if len(named) == len(agents) else build(initial_agent)

    return build_map


def by_exact_type(copy: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same copy as ``copy`` makes, which is asked only about what no JSON document holds."""

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


def with_conversation_as_it_is(rename: Rename) -> Rename:
    """The same request as ``rename`` makes, which is given the conversation only if it must be."""

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
    """Whether it is what a JSON document may hold, all the way down."""
    kind = type(value)
    if kind is dict:
        return all(map(_is_plain, value.values()))
    return kind in LEAVES or (kind is list and all(map(_is_plain, value)))
