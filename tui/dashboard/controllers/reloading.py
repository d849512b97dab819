"""Loading the agent again: when it is asked for, and by itself when its files have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.dashboard.screens.heading import Heading
from tui.protocol import events
from tui.stream.run_control import RunControl
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from tui.dashboard.chat.chat_pane import ChatPane

    _Base = Screen[None]
else:
    _Base = object


class Reloading(_Base):
    """Mixed into the main screen. Nothing that runs is disturbed by a changed file."""

    supervisor: Supervisor
    control: RunControl
    chat: ChatPane
    heading: Heading

    def __init__(self) -> None:
        super().__init__()
        self.load_problem: events.Problem | None = None
        """Why there is no agent now."""
        self._changed: list[str] = []
        """Files that have changed and are not loaded yet."""
        self._loading: list[str] = []
        """Those that are being loaded again."""

    def is_unloaded(self, event: events.Event) -> bool:
        """The end of a run that never was: sent while an agent was loaded that cannot be."""
        return (
            isinstance(event, events.RunFinished)
            and self.load_problem is not None
            and event.problem == self.load_problem
        )

    def reload_agent(self) -> None:
        """Start another worker; the conversation stays."""
        self._loading, self._changed = self._changed, []
        self.heading.state = "loading the agent again"
        self.supervisor.reload()

    def code_changed(self, files: tuple[str, ...]) -> None:
        """Files of the agent are others than those that were loaded."""
        self._changed += [file for file in files if file not in self._changed]
        if not self.reload_if_changed():
            self.notify(
                f"{', '.join(self._changed)} changed: loaded again when this run has ended",
                markup=False,
            )

    def reload_if_changed(self) -> bool:
        """Whether nothing runs and something has changed: it is loaded again."""
        if self.control.running or not self._changed:
            return False
        self.reload_agent()
        return True

    def agent_is_loaded(self) -> None:
        """The agent is here: say so if that was not to be expected."""
        mended = self.load_problem is not None
        self.load_problem = None
        if self._loading or mended:
            what = f"{', '.join(self._loading)} changed: " if self._loading else ""
            self.chat.notice(f"{what}the agent is loaded again".strip())
        self._loading = []

    def agent_is_not_loaded(self, problem: events.Problem) -> None:
        """The agent cannot be loaded as it is: one card, however often it is tried in vain."""
        self._loading = []
        if self.control.running and not self.control.begun:
            self.chat.unsent(self.control.running)
        if problem != self.load_problem:
            keys = "It is loaded as soon as its files change · /reload tries again"
            self.chat.problem("The agent could not be loaded", problem, keys, folded=False)
        self.load_problem = problem
