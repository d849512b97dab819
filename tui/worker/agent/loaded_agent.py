"""The user's agent, made ready to run."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import openai
from agents import Agent, RunConfig, UserError
from agents.version import __version__ as sdk_version

from tui.protocol.events import AgentLoaded, Problem
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent import mcp
from tui.worker.agent.loader import (
    LoadError,
    Target,
    checked_agent,
    find_attribute,
    import_target,
    made,
    parse_target,
)
from tui.worker.agent.reachable import agents_by_handoff, tool_infos
from tui.worker.model.model_facts import ModelFacts, facts_of
from tui.worker.model.model_provider import is_untouched, make_provider

NOTHING_KNOWN = ModelFacts(model="", api="", host="")


@dataclass
class LoadedAgent:
    """Everything that the runs of a session have in common."""

    first: Agent[Any]
    run_config: RunConfig
    context: Any
    demo: bool = False
    scripted: bool = False

    def named(self, name: str) -> Agent[Any]:
        """The agent of that name that can be reached by handoffs, else the first one."""
        return next((agent for agent in self.all if agent.name == name), self.first)

    @property
    def all(self) -> list[Agent[Any]]:
        return agents_by_handoff(self.first)

    def set_model(self, model: str | None) -> None:
        """For the next run on; None goes back to what the agents say."""
        self.run_config = replace(self.run_config, model=model)

    def described(self, at: int) -> AgentLoaded:
        facts, instructions = self._facts(), self.first.instructions
        return AgentLoaded(
            at=at,
            agent=self.first.name,
            model=facts.model,
            api=facts.api,
            host=facts.host,
            demo=self.demo,
            scripted=self.scripted,
            sdk=sdk_version,
            tools=tuple(tool_infos(self.first.tools)),
            agents=tuple(agent.name for agent in self.all),
            output_json=self.first.output_type not in (None, str),
            instructions=instructions if isinstance(instructions, str) else "",
        )

    def _facts(self) -> ModelFacts:
        from agents.run_internal.turn_preparation import get_model  # noqa: PLC0415 (untapped)

        try:
            return facts_of(get_model(self.first, self.run_config))
        except (openai.OpenAIError, UserError):
            # No key yet, or a provider that is not installed: the first run says so.
            return NOTHING_KNOWN


class UserCode:
    """What the settings name, imported: outside of the event loop, as a script would be."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._modules: dict[str, ModuleType] = {}
        for named in (settings.agent, settings.context, settings.run_config):
            if named is not None:
                target = parse_target(named)
                self._modules[target.module] = import_target(target)

    async def load(self, stack: AsyncExitStack) -> LoadedAgent:
        """Make the agent and connect its servers; ``stack`` closes what was opened."""
        loaded = await self._agent(stack)
        await mcp.connect(loaded.first, stack, connect_timeout=self._settings.connect_timeout)
        return loaded

    async def _agent(self, stack: AsyncExitStack) -> LoadedAgent:
        settings = self._settings
        if settings.agent is None:
            return await self._demo(stack)
        target = parse_target(settings.agent)
        value = await made(self._find(target), stack, settings.agent)
        first = checked_agent(value, target)
        return LoadedAgent(first, await self._run_config(stack), await self._context(stack))

    async def _demo(self, stack: AsyncExitStack) -> LoadedAgent:
        from tui.worker.agent.demo_agent import load_demo  # noqa: PLC0415 (only when it is asked for)

        agent, scripted = load_demo(self._settings)
        return LoadedAgent(
            agent,
            await self._run_config(stack),
            await self._context(stack),
            demo=True,
            scripted=scripted,
        )

    async def _run_config(self, stack: AsyncExitStack) -> RunConfig:
        settings = self._settings
        chosen = RunConfig()
        if settings.run_config is not None:
            named = self._find(parse_target(settings.run_config))
            chosen = await made(named, stack, settings.run_config)
        if not isinstance(chosen, RunConfig):
            raise LoadError(
                Problem(
                    kind="agent",
                    message=f"{settings.run_config} is a {type(chosen).__name__}, not a RunConfig.",
                )
            )
        if is_untouched(chosen):
            chosen = replace(chosen, model_provider=make_provider(settings))
        if settings.model is not None:
            chosen = replace(chosen, model=settings.model)
        # Without --tracing the spans stay in this process, which needs to see what failed.
        sensitive = chosen.trace_include_sensitive_data or not settings.tracing
        return replace(chosen, tracing_disabled=False, trace_include_sensitive_data=sensitive)

    async def _context(self, stack: AsyncExitStack) -> Any:
        if self._settings.context is None:
            return None
        return await made(
            self._find(parse_target(self._settings.context)), stack, self._settings.context
        )

    def _find(self, target: Target) -> object:
        return find_attribute(self._modules[target.module], target)
