"""Work that the SDK does at each step of a run and that changes nothing, left out.

To tell agents of one name apart it writes down everything about every agent: once per run, and once
more with each answer. Where each name stands for one agent there is nothing to tell apart.
"""

from collections.abc import Callable
from typing import Any

from agents import Agent
from agents import _run_state_agent_identity as identity

from tui.worker.sdk_internals import internal, wrap_internal

IdentityMap = dict[str, Agent[Any]]
BuildMap = Callable[[Agent[Any]], IdentityMap]
BUILD_MAP = "_build_agent_identity_map"
AGENT_GRAPH = "_iter_agent_graph"


def install() -> None:
    """Put the shortcut into the SDK of this process, for good."""
    wrap_internal(identity, BUILD_MAP, by_name_alone)


def by_name_alone(
    build: Callable[[Agent[Any]], IdentityMap],
) -> Callable[[Agent[Any]], IdentityMap]:
    """The same map as ``build`` makes."""
    agents_of = internal(identity, AGENT_GRAPH)

    def build_map(initial_agent: Agent[Any]) -> IdentityMap:
        agents = list(agents_of(initial_agent))
        named = {agent.name: agent for agent in agents}
        return named if len(named) == len(agents) else build(initial_agent)

    return build_map
