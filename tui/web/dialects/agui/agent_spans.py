"""Which agents are at work: steps for those at one level, subagents for nested ones."""

from collections.abc import Callable

from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.run_outcomes import SubagentSucceeded, SubagentSuspended
from tui.web.dialects.agui.event_collector import EventCollector


class AgentSpans:
    """A nested agent is known by the tool call that it runs in, which is also its run's id.

    Clients that know no subagents see nested agents as steps.
    """

    def __init__(self, log: EventCollector, *, subagents: bool) -> None:
        self._log = log
        self._subagents = subagents
        self._parents: dict[str, str] = {}
        """Of each tool call: the tool call that it was made in."""
        self._nested: dict[str, str] = {}
        """By tool call, the agent that first ran in it."""
        self._open: list[str] = []
        self._seen: set[str] = set()
        self._steps: dict[str, str] = {}
        """By owner, the open step: its name is open only once."""
        self._agents: dict[str, str] = {}
        """By owner, the agent that is at work."""

    def called(self, tool_call: str, parent: str) -> None:
        """A tool call was made inside ``parent``."""
        if tool_call != parent:
            self._parents.setdefault(tool_call, parent)

    def owner(self, parent: str) -> str:
        """The nested agent that something inside the tool call ``parent`` belongs to."""
        seen: set[str] = set()
        while parent and parent not in self._nested and parent not in seen:
            # A program's calls belong to the agent that wrote it.
            seen.add(parent)
            parent = self._parents.get(parent, "")
        return parent if parent in self._nested else ""

    def shown(self, owner: str) -> bool:
        """Whether the client is sent what belongs to it."""
        return self._subagents or not owner

    def entered(self, parent: str, agent: str) -> None:
        """An agent works inside the tool call ``parent``; "": at the top."""
        if parent:
            self._nested.setdefault(parent, agent)
            self._start(parent)
        if parent and (not self._subagents or parent not in self._open):
            return
        if self._agents.get(parent) == agent:
            return
        self._finish_step(parent)
        self._agents[parent] = agent
        step = agent or "agent"
        if step in self._steps.values():
            step = f"{step} ({parent})"
        self._steps[parent] = step
        self._log.add(agui.StepStarted(step_name=step, subagent_run_id=parent or None))

    def remember(self, parent: str, agent: str) -> None:
        """An agent has worked inside a tool call before this stream began."""
        if parent:
            self._nested.setdefault(parent, agent)

    def ensure(self, owner: str) -> None:
        """Something of a nested agent is about to be sent."""
        if owner:
            self._start(owner)

    def left(self, tool_call: str, problem: str, close: Callable[[str], object]) -> None:
        """The tool call has ended, and with it the agent that it ran."""
        for inner in [one for one in reversed(self._open) if self._within(one, tool_call)]:
            close(inner)
            self._finish_step(inner)
            self._open.remove(inner)
            if not self._subagents:
                self._log.add(agui.StepFinished(step_name=self._step_of(inner)))
            elif problem:
                self._log.add(agui.SubagentError(subagent_run_id=inner, message=problem))
            else:
                outcome = SubagentSucceeded()
                self._log.add(agui.SubagentFinished(subagent_run_id=inner, outcome=outcome))

    def suspend(self, interrupts: Callable[[str], tuple[str, ...]]) -> None:
        """The run stops to ask; ``interrupts`` gives the questions inside a nested agent."""
        for inner in reversed(self._open):
            self._finish_step(inner)
            if self._subagents:
                outcome = SubagentSuspended(interrupt_ids=interrupts(inner) or None)
                self._log.add(agui.SubagentFinished(subagent_run_id=inner, outcome=outcome))
            else:
                self._log.add(agui.StepFinished(step_name=self._step_of(inner)))
        self._open.clear()
        self._finish_step("")

    def close(self, close: Callable[[str], object]) -> None:
        """End everything."""
        while self._open:
            self.left(self._open[0], "", close)
        self._finish_step("")

    def within(self, parent: str, owner: str) -> bool:
        """Whether something inside the tool call ``parent`` is inside of ``owner`` too."""
        return bool(parent) and self._within(parent, owner)

    def _within(self, inner: str, outer: str) -> bool:
        seen: set[str] = set()
        while inner and inner not in seen:
            if inner == outer:
                return True
            seen.add(inner)
            inner = self._parents.get(inner, "")
        return False

    def _start(self, parent: str) -> None:
        if parent in self._seen:
            return
        above = self.owner(self._parents.get(parent, ""))
        if above:
            self._start(above)
        self._seen.add(parent)
        self._open.append(parent)
        name = self._nested[parent] or "agent"
        if self._subagents:
            self._log.add(
                agui.SubagentStarted(
                    subagent_run_id=parent,
                    name=name,
                    parent_tool_call_id=parent if parent in self._parents else None,
                    parent_subagent_run_id=above or None,
                )
            )
        else:
            self._log.add(agui.StepStarted(step_name=self._step_of(parent)))

    def _step_of(self, parent: str) -> str:
        """Of a nested agent: unique, because one agent may run in several calls at once."""
        return f"{self._nested[parent] or 'agent'} ({parent})"

    def _finish_step(self, owner: str) -> None:
        self._agents.pop(owner, None)
        if step := self._steps.pop(owner, ""):
            self._log.add(agui.StepFinished(step_name=step, subagent_run_id=owner or None))
