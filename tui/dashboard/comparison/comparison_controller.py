"""Sends, cancels and retries in all columns or in one, and writes the report."""

from __future__ import annotations

import os
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tui.comparison.comparison_report import report_of
from tui.comparison.report_file import write_report
from tui.dashboard.commands.command_table import as_typed
from tui.stream.run_control import QUIT_WINDOW
from tui.stream.supervisor import why_no_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.comparison.column_stream import ColumnStream
    from tui.comparison.comparison_report import Report
    from tui.dashboard.comparison.comparison_screen import ComparisonScreen


class ComparisonController:
    """Carries out the commands about runs."""

    def __init__(self, screen: ComparisonScreen) -> None:
        self._screen = screen
        self._quit_armed = 0.0
        self._reported = 0
        """How many rounds are in the file that was asked for."""

    def submit(self, text: str, entered_at: int) -> None:
        """Send a message to all columns, or queue it."""
        screen = self._screen
        if screen.options.plays:
            screen.tell("These are recordings: nobody is there to answer.")
            return
        match screen.comparison.submit(text, entered_at):
            case "full":
                self._to_draft(text)
                back = screen.key("prompt.earlier")
                screen.tell(
                    f"A message is queued already. {back} in an empty prompt brings it back."
                )
            case "nobody":
                self._to_draft(text)
                screen.tell("No agent could be loaded: there is nobody to send it to.")
            case _:
                pass
        screen.refresh_all()

    def pause(self) -> None:
        """Pause or resume the recordings."""
        screen = self._screen
        if screen.options.plays:
            screen.comparison.pause(paused=not screen.comparison.paused)
            screen.refresh_all()
        else:
            screen.tell("Only recordings can be paused.")

    def recall_queued(self, shown: str) -> None:
        """Put the queued message back into the prompt, which shows an earlier one."""
        screen = self._screen
        queued = screen.comparison.queued
        if queued and screen.prompt.recalled(shown, as_typed(queued)):
            screen.comparison.take_queued()
        screen.refresh_all()

    def escape(self) -> None:
        """Cancel all runs; if there is none, restore a maximised column; else go to the prompt."""
        screen = self._screen
        if screen.comparison.cancel_all():
            screen.refresh_all()
        elif not screen.current.end_search() and not screen.layout_of.restore():
            screen.prompt.focus()

    def cancel_column(self) -> None:
        """Cancel the current column's run; the others continue."""
        pane = self._screen.current
        if not pane.stream.cancel():
            self._screen.tell(f"{pane.label} is not running.")
        self._screen.refresh_all()

    def interrupt(self) -> None:
        """Ctrl+C: copy, cancel, clear the draft, or quit."""
        screen = self._screen
        selected = screen.get_selected_text() or screen.prompt.selected_text
        if selected:
            screen.views.copy(selected, "the selection")
        elif screen.comparison.running:
            self.escape()
        elif screen.prompt.text:
            screen.prompt.take()
        elif time.monotonic() - self._quit_armed < QUIT_WINDOW:
            screen.app.exit()
        else:
            self._quit_armed = time.monotonic()
            screen.tell(f"Press {screen.key('interrupt')} again to quit.")

    def quit(self) -> None:
        screen = self._screen
        if screen.comparison.running and not screen.options.plays:
            screen.ask("Runs are in progress. Quit anyway?", screen.app.exit)
        else:
            screen.app.exit()

    def retry(self, *, confirmed: bool = False) -> None:
        """In a column: its run. In the prompt: what failed, or all of them."""
        screen = self._screen
        if screen.options.plays:
            screen.tell("These are recordings: there is nothing to retry.")
            return
        columns = self._to_retry()
        if not columns:
            screen.tell("There is nothing to retry yet.")
            return
        tools = any(
            run is not None and run.outcome == "ok" and run.ran_tools
            for run in (column.conversation.run for column in columns)
        )
        if tools and not confirmed:
            whose = "of all columns" if len(columns) > 1 else f"of {columns[0].plan.label}"
            screen.ask(
                f"The last turn {whose} ran tools. Undo it and run them again?",
                lambda: self.retry(confirmed=True),
            )
            return
        done = {column.retry(confirmed=True) for column in columns}
        if "draft" in done:
            if self._to_draft(screen.comparison.rounds[-1].prompt):
                screen.tell("That message was not sent. It is in the prompt again.")
        elif "no worker" in done:
            screen.tell(why_no_worker(columns[0].source))
        elif done == {"busy"}:
            screen.tell(f"A run is in progress. {screen.key('compare.cancel_column')} cancels it.")
        screen.refresh_all()

    def reload(self) -> None:
        """In a column: load its agent again. In the prompt: those of all columns."""
        screen = self._screen
        current = screen.current
        columns = [current.stream] if current.has_focus_within else screen.comparison.columns
        if screen.options.plays:
            screen.tell("These are recordings: there is no agent to reload.")
        elif any(column.running for column in columns):
            screen.tell(f"A run is in progress. {screen.key('compare.cancel_column')} cancels it.")
        else:
            for column in columns:
                column.source.reload()
            screen.tell(
                "Loading the agent again." if len(columns) == 1 else "Loading the agents again."
            )

    def _to_retry(self) -> Sequence[ColumnStream]:
        columns = self._screen.comparison.columns
        current = self._screen.current
        if current.has_focus_within:
            return [current.stream] if current.stream.conversation.run is not None else []
        waiting = [one for one in columns if one.conversation.backoffs]
        unfinished = [
            one for one in columns if one.facts is not None and one.facts.outcome != "ok"
            and one.out is None
        ]  # fmt: skip
        idle = [] if self._screen.comparison.running else [
            one for one in columns if one.conversation.run is not None and one.out is None
        ]  # fmt: skip
        return waiting or unfinished or idle

    def export(self, path: str = "") -> None:
        """Write the report to a new file."""
        screen = self._screen
        if not any(result for one in screen.comparison.rounds for result in one.results):
            screen.tell("There is nothing to report yet.")
            return
        # Path's own expanduser raises for unknown users.
        file = Path(
            os.path.expanduser(path)  # noqa: PTH111
            or time.strftime("comparison-%Y%m%d-%H%M%S.md")
        )
        try:
            write_report(file, self.report(), screen.comparison.rounds)
        except FileExistsError:
            screen.tell(f"{file} exists already: name another file.")
        except OSError as error:
            screen.tell(f"{file} cannot be written: {error.strerror}")
        else:
            screen.tell(f"Wrote {file}")

    def report(self) -> Report:
        """Of all prompts so far, with keys masked."""
        comparison = self._screen.comparison
        columns = comparison.columns
        return report_of(
            [column.plan for column in columns],
            comparison.rounds,
            sessions=[column.session for column in columns],
            version=version("streamtui"),
            wall=time.time(),
            mask=self._screen.mask,
        )

    def round_changed(self) -> None:
        """Keep the file that was asked for up to date."""
        path, rounds = self._screen.options.report, self._screen.comparison.rounds
        ended = sum(one.ended for one in rounds)
        if path is None or ended == self._reported:
            return
        self._reported = ended
        try:
            write_report(path, self.report(), rounds, overwrite=True)
        except OSError as error:
            self._screen.tell(f"{path} cannot be written: {error.strerror}")

    def _to_draft(self, text: str) -> bool:
        """Put an unsent message into the prompt; False after saying that a draft is there."""
        return self._screen.give_back(as_typed(text))
