"""Reloads the agent: on request, and automatically when its files have changed."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a choice needs

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.protocol import events
from tui.stream.supervisor import Supervisor, why_no_worker

if TYPE_CHECKING:
    from tui.core.conversation import Step
    from tui.dashboard.screens.main_screen import MainScreen


class ReloadController:
    """Starts another worker with the same conversation, but never during a run."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    @property
    def why_no_worker(self) -> str:
        """Why nothing can be sent now, and what to do."""
        return why_no_worker(self._screen.source)

    def reload(self) -> None:
        """Reload the agent, unless a run is in progress."""
        if self._screen.conversation.running:
            self._screen.tell(f"A run is in progress. {self._screen.key('escape')} cancels it.")
        else:
            self._reload()

    def reload_if_changed(self) -> bool:
        """Reload the agent if its files have changed and no run is in progress; whether it did."""
        state = self._screen.conversation
        if state.running or not state.changed_files:
            return False
        self._reload()
        return True

    def follow(self, step: Step) -> None:
        """React to a live event."""
        if isinstance(step.event, events.AgentLoadFailed) and step.event.choices:
            self._choose_agent(step.event.choices)
        if isinstance(step.event, events.CodeChanged) and not self.reload_if_changed():
            files = ", ".join(self._screen.conversation.changed_files)
            self._screen.tell(f"{files} changed: the agent is reloaded after this run")

    def _choose_agent(self, agents: tuple[tuple[str, str], ...]) -> None:
        """Ask which of a module's agents to load."""
        from tui.dashboard.commands.command_ranking import Choice
        from tui.dashboard.windows.chooser import Chooser

        source = self._screen.source
        if not isinstance(source, Supervisor) or not source.is_local:
            return

        def chosen(name: str | None) -> None:
            if name:
                self._screen.heading.state = f"loading {name}"
                source.choose_agent(name)

        rows = [Choice(id=variable, title=variable, about=name) for variable, name in agents]
        self._screen.app.push_screen(Chooser("Which agent?", rows, as_given=True), chosen)

    def _reload(self) -> None:
        self._screen.heading.state = "reloading the agent"
        self._screen.source.reload()
