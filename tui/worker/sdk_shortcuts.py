"""Work that the SDK does at each step of a run and that changes nothing, left out.

Two things take most of its time between the model's calls and the tools'. To tell agents of one
name apart it writes down everything about every agent: once per run, and once more with each
answer. And before each call it asks every string of the conversation whether it is a collection.
"""

from collections.abc import Callable
from typing import Any

from agents import Agent
from agents import _run_state_agent_identity as identity
from agents.util import _json as plain_data

from tui.worker.sdk_internals import internal, wrap_internal

IdentityMap = dict[str, Agent[Any]]
BuildMap = Callable[[Agent[Any]], IdentityMap]
BUILD_MAP = "_build_agent_identity_map"
AGENT_GRAPH = "_iter_agent_graph"
COPY = "_to_dump_compatible_internal"
LEAVES = frozenset({str, int, float, bool, type(None)})


def install() -> None:
    """Put the shortcuts into the SDK of this process, for good."""
    wrap_internal(identity, BUILD_MAP, by_name_alone)
    wrap_internal(plain_data, COPY, by_exact_type)


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
