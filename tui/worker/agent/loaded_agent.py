"""The user's agent, ready to run."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import openai
from agents import Agent, ModelProvider, RunConfig, UserError
from agents.version import __version__ as sdk_version
from msgspec import structs

from tui.protocol.events import AgentLoaded, McpServerInfo
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.agent import mcp
from tui.worker.agent.creating import created
from tui.worker.agent.import_failures import crashed
from tui.worker.agent.load_error import LoadError
from tui.worker.agent.loader import (
    checked_agent,
    find_attribute,
    import_target,
    named_targets,
    parse_target,
)
from tui.worker.agent.options.brought_along import agent_given, brought_along, made
from tui.worker.agent.options.context_needs import expected_context
from tui.worker.agent.options.run_configs import checked_config, exports_traces, prepared
from tui.worker.agent.options.run_options import Given, RunOptions, checked_given_agent, run_options
from tui.worker.agent.options.sandbox_needs import lacks_sandbox
from tui.worker.agent.outline.module_agents import agent_named, choice_notice
from tui.worker.agent.reachable import agents_by_handoff, all_agents
from tui.worker.agent.team import Team, server_info
from tui.worker.agent.tool_checks import check_tools
from tui.worker.model.connections.model_facts import ModelFacts, facts_of, host_of
from tui.worker.model.connections.model_listing import list_models
from tui.worker.model.connections.model_provider import client_for, is_untouched, make_provider
from tui.worker.sdk_internals.model_names import client_of, untapped_model

NOTHING_KNOWN = ModelFacts(model="", api="", host="")


@dataclass
class LoadedAgent:
    """What all runs have in common."""

    first: Agent[Any]
    run_config: RunConfig
    context: Any
    options: RunOptions = field(default_factory=RunOptions)
    exports_traces: bool = False
    demo: bool = False
    scripted: bool = False
    recorded: bool = False
    notices: tuple[str, ...] = ()
    """What the user should know about the agent before the first run."""
    profile: str = ""
    own_provider: ModelProvider | None = None
    """The RunConfig's, which ours has replaced; None: its own is used."""

    def __post_init__(self) -> None:
        self._options = self.options
        self.team = Team(self.first)
        self.servers: list[McpServerInfo] = [server_info(one) for one in self.team.servers]

    def named(self, name: str) -> Agent[Any]:
        """The agent of that name among those reachable by handoffs, else the first one."""
        return next((agent for agent in self.all if agent.name == name), self.first)

    @property
    def all(self) -> list[Agent[Any]]:
        return agents_by_handoff(self.first)

    def set_model(self, model: str | None) -> None:
        """For all runs from the next one on; None: each agent's own model."""
        self.run_config = replace(self.run_config, model=model)

    def set_server(self, settings: WorkerSettings, model: str | None) -> bool:
        """For all runs from the next one on; False if the agent has a provider of its own."""
        if self.own_provider is None:
            return False
        provider = make_provider(settings, self.own_provider)
        self.run_config = replace(self.run_config, model_provider=provider, model=model)
        self.profile, self.scripted = settings.profile, False
        chat = self._facts(self.first).api == "chat"
        self.options = self._options.all_sent() if chat else self._options
        return True

    @property
    def client(self) -> openai.AsyncOpenAI | None:
        """That of the first agent's model; None: it has none, or no key."""
        try:
            found = client_of(untapped_model(self.first, self.run_config))
        except (ImportError, openai.OpenAIError, UserError):
            return None
        return found if isinstance(found, openai.AsyncOpenAI) else None

    def described(self, at: int) -> AgentLoaded:
        facts, instructions = self._facts(self.first), self.first.instructions
        team = self.team.described(self._models())
        return AgentLoaded(
            at=at,
            agent=self.first.name,
            model=facts.model,
            api=facts.api,
            host=facts.host,
            profile=self.profile,
            demo=self.demo,
            scripted=self.scripted or self.recorded,
            recorded=self.recorded,
            sdk=sdk_version,
            tools=team[0].tools,
            agents=tuple(agent.name for agent in self.all),
            output_json=self.first.output_type not in (None, str),
            instructions=instructions if isinstance(instructions, str) else "",
            team=team,
            mcp_servers=tuple(self.servers),
            notices=self.notices,
            brought=self._brought(),
        )

    def _brought(self) -> tuple[tuple[str, str], ...]:
        context = ("context", type(self.context).__name__)
        return (*([] if self.context is None else [context]), *self.options.described())

    async def list_mcp_tools(self, place: int, seconds: float) -> McpServerInfo:
        """Ask the server at this place for its tools, for so long, and keep the answer."""
        server = self.team.servers[place]
        owner = self.team.owner(server)
        tools, problem = await mcp.listed(server, owner, self.context, seconds)
        known = self.servers[place]
        self.servers[place] = structs.replace(known, tools=tools, problem=problem, listed=True)
        return self.servers[place]

    def _models(self) -> Callable[[Agent[Any]], str]:
        """The name of each agent's model; agents with the same one are looked up once."""
        names: dict[object, str] = {}

        def name_of(agent: Agent[Any]) -> str:
            own = agent.model
            key = own if own is None or isinstance(own, str) else id(own)
            if key not in names:
                names[key] = self._facts(agent).model
            return names[key]

        return name_of

    def _facts(self, agent: Agent[Any]) -> ModelFacts:
        return facts_for(agent, self.run_config)


def facts_for(agent: Agent[Any], run_config: RunConfig) -> ModelFacts:
    """Raise `LoadError` if the model needs a package that is not installed."""
    try:
        return facts_of(untapped_model(agent, run_config))
    except ImportError as error:
        raise crashed(f"The model of {agent.name} could not be made", error) from error
    except (openai.OpenAIError, UserError):
        # No key yet, or a provider that is not installed: the first run reports it.
        return NOTHING_KNOWN


class UserCode:
    """The modules that the settings name; imported outside the event loop, as a script would be."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._notices: list[str] = []
        self._modules: dict[str, ModuleType] = {
            target.module: import_target(target) for target in named_targets(settings)
        }

    async def load(self, stack: AsyncExitStack) -> LoadedAgent:
        """Create the agent and connect its MCP servers; ``stack`` closes what was opened."""
        settings = self._settings
        scripted = False
        given = await brought_along(settings, self._modules, stack)
        if settings.agent is None:
            from tui.worker.agent.demo_agent import load_demo  # noqa: PLC0415 (rarely needed)

            first, scripted = load_demo(settings)
        else:
            first = await self._agent(settings.agent, given, stack)
        check_tools(all_agents(first))
        chosen = await self._run_config(given, stack)
        settings = await self._with_model(first)
        run_config, notices = prepared(chosen, settings)
        if (problem := lacks_sandbox(first, run_config)) is not None:
            raise LoadError(problem.message, problem.advice, code=problem.code)
        context = given["context"].value if "context" in given else None
        if settings.context is not None:
            context = await self._created(settings.context, stack, "--context")
        await mcp.connect(first, stack, connect_timeout=settings.connect_timeout)
        if context is None:
            self._notices.append(self._missing_context(first))
        options = run_options(given)
        if options.server_keeps and facts_for(first, run_config).api == "chat":
            options = options.all_sent()
            notices.append("the server keeps no messages over Chat Completions: all are sent")
        return LoadedAgent(
            first,
            run_config,
            context,
            options=options,
            exports_traces=exports_traces(chosen, settings),
            demo=settings.agent is None,
            scripted=scripted,
            recorded=settings.recorded,
            notices=tuple(filter(None, (*self._notices, *notices))),
            profile=settings.profile,
            own_provider=chosen.model_provider if is_untouched(chosen) else None,
        )

    async def _with_model(self, first: Agent[Any]) -> WorkerSettings:
        """With the first model of a local server, if neither its profile nor the agent names one.

        Such a server has the models that its user has put there.
        """
        settings = self._settings
        local = settings.profile and settings.key_env is None
        if not local or settings.model is not None or (client := client_for(settings)) is None:
            return settings
        host = host_of(settings.base_url or "")
        found = await list_models(client, host)
        if not found.models or (isinstance(first.model, str) and first.model in found.models):
            return settings
        model = found.models[0]
        others = len(found.models) - 1
        more = f"; it has {others} more: /model lists them" if others else ""
        self._notices.append(f"{settings.profile} has the model {model}, which is used{more}")
        return structs.replace(settings, model=model)

    def _missing_context(self, first: Agent[Any]) -> str:
        """What to say of an agent that expects a context, which it does not get; "" for others."""
        if self._settings.agent is None:
            return ""
        shown = parse_target(self._settings.agent).module
        need = expected_context(all_agents(first), self._modules[shown], shown)
        if need is None:
            return ""
        return (
            f"{first.name} expects a context, {need.name}, and there is none: "
            f"what reads ctx.context will fail. {need.advice}"
        )

    async def _run_config(self, given: Mapping[str, Given], stack: AsyncExitStack) -> RunConfig:
        named = self._settings.run_config
        if named is not None:
            return checked_config(await self._created(named, stack, "--run-config"), named)
        brought = given.get("run_config")
        return RunConfig() if brought is None else checked_config(*brought)

    async def _agent(
        self, name: str, given: Mapping[str, Given], stack: AsyncExitStack
    ) -> Agent[Any]:
        target = parse_target(name)
        brought = agent_given(given, target)
        if brought is not None:
            return checked_given_agent(await made(brought, stack, option=""), brought.place)
        module = self._modules[target.module]
        wanted = self._settings.agent_name
        if wanted and not target.attribute:
            found = agent_named(module, target.module, wanted)
        else:
            found = find_attribute(module, target)
        value = await created(found, stack, name)
        agent = checked_agent(value, target, found=found, module=module)
        if not target.attribute and not wanted:
            self._notices.append(choice_notice(module, target.module, agent))
        return agent

    async def _created(self, name: str, stack: AsyncExitStack, option: str) -> Any:
        target = parse_target(name)
        found = find_attribute(self._modules[target.module], target)
        return await created(found, stack, name, option=option, agent=self._settings.agent or "")
