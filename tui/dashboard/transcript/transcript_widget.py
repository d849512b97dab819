"""The transcript: the widget that shows a conversation."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, thread_time
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip

from tui.core.formatting import counted
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.textual_internals.line_view import LineView
from tui.dashboard.transcript.frame_loop import FrameLoop
from tui.dashboard.transcript.highlighting import load_lexers, loading_no_lexers
from tui.dashboard.transcript.item_list import ItemList
from tui.dashboard.transcript.line_layout import GUTTER, LineLayout, Place
from tui.dashboard.transcript.markdown import full_tokens
from tui.dashboard.transcript.painter import Painter
from tui.dashboard.transcript.reader import Reader
from tui.dashboard.transcript.search import Search
from tui.dashboard.transcript.selection import SelectedText, line_number
from tui.dashboard.transcript.styles import NAMES, Palette
from tui.dashboard.transcript.text_intake import TextIntake
from tui.dashboard.transcript.text_pace import Pace
from tui.dashboard.transcript.window import Window

# Seconds: before a model can answer a typed prompt, but after the program has started.
_WARM_UP_AFTER = 0.5


class Transcript(LineView, can_focus=True):
    """Shows a conversation that streams, and lets its user read, search and copy it.

    Its content is in ``item_list``, whose methods that add to it are the transcript's as well.
    """

    COMPONENT_CLASSES = {f"transcript--{name}" for name in NAMES}  # noqa: RUF012 - Textual's API
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("chat")

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(id=id)
        self.line_layout = layout = LineLayout(self._changed)
        self.window = Window(self, layout)
        self._clock = clock
        self._intake = TextIntake(layout, clock)
        self._frames = FrameLoop(self._intake.work, self._show, self._look_ahead, clock)
        self.item_list = item_list = ItemList(layout, self._intake)
        self.reader = Reader(item_list, self.window)
        self._search = Search(layout, item_list, self.reader)
        self._selected = SelectedText(layout)
        self._painter = Painter(layout, self.reader, self._search, self._selected)
        self._first_changed: int | None = None
        self._mark = ""
        """What is painted over the end of the last row: how many new lines are below."""
        self._unpainted: set[str] | None = None
        """A conversation was loaded and is not painted yet: languages of its code to colour."""

        # Passed on as they are: methods here would only repeat their parameters.
        self.add_user = item_list.add_user
        self.start_answer = item_list.start_answer
        self.append = self.append_reasoning = item_list.append
        self.replace = item_list.replace
        self.finish = item_list.finish
        self.withdraw = item_list.withdraw
        self.start_reasoning = item_list.start_reasoning
        self.finish_reasoning = item_list.finish_reasoning
        self.toggle_reasoning = item_list.toggle_reasoning
        self.add_tool = item_list.add_tool
        self.set_tool_arguments = item_list.set_tool_arguments
        self.finish_tool = item_list.finish_tool
        self.add_handoff = item_list.add_handoff
        self.add_error = item_list.add_error
        self.add_notice = item_list.add_notice
        self.show_thinking = item_list.show_thinking
        self.hide_thinking = item_list.hide_thinking
        self.set_hint = item_list.set_hint
        self.remove_from = item_list.remove_from
        self.clear = item_list.clear
        self.is_last = item_list.is_last
        self.fold = item_list.fold
        self.follow = self.window.follow

    @property
    def is_settled(self) -> bool:
        """Whether everything is in place: no frame is due."""
        return self._frames.is_idle and self._unpainted is None

    @property
    def pace(self) -> Pace:
        """How fast text that has arrived is shown."""
        return self._intake.pace

    def set_pace(self, pace: Pace) -> None:
        """Set how fast text is shown, from the next text on."""
        self._intake.flush()
        self._intake.pace = pace

    @contextmanager
    def bulk_load(self) -> Iterator[None]:
        """Add a whole conversation: its end is painted before the rest is worked on.

        Code whose lexers are not loaded yet gets its colours after that.
        """
        self._frames.pause()
        self._intake.is_bulk = True
        try:
            yield
        finally:
            with loading_no_lexers() as languages:
                self._intake.work_on_end(self.size.height)
                self.window.arrange()
            self._intake.is_bulk = False
            self._frames.resume()
            self._unpainted = languages
            self.refresh()

    # Searching and selecting

    def search(self, words: str) -> None:
        """Mark all occurrences of words and go to the first from here on; "" ends the search."""
        self._search.start(words)
        self._go_to_hit(forward=True)

    def end_search(self) -> bool:
        """Remove the marks of the search; False if there is none."""
        searching = bool(self._search.words)
        self._search.start("")
        self.refresh()
        return searching

    def go_to(self, key: str) -> None:
        """Put the cursor on an item, if it is there, and bring it into view."""
        for item in self.item_list.items:
            if item.key == key:
                self.reader.go_to(Place(item.index, 0, 1 if item.gap_above else 0))
                self.refresh()

    def next_hit(self) -> None:
        """Go to the next hit of the search, after the last to the first."""
        self._go_to_hit(forward=True)

    def previous_hit(self) -> None:
        """Go to the hit before."""
        self._go_to_hit(forward=False)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return self._selected.text(selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._selected.current = selection
        self.refresh()

    def _go_to_hit(self, *, forward: bool) -> None:
        top = self.line_layout.place(self.window.top)
        number, count, folded = self._search.step(top, forward=forward)
        self.refresh()
        self.post_message(HitsChanged(self._search.words, number, count, folded))

    # Keys and the mouse

    def action_move_cursor(self, by: int) -> None:
        self.reader.move(by)
        self.refresh()

    def action_step_code(self, forward: bool) -> None:
        self.reader.step_code(forward=forward)
        self.refresh()

    def action_toggle_fold(self) -> None:
        self.reader.toggle_fold()

    def action_toggle_times(self) -> None:
        self.item_list.toggle_times()

    def action_copy(self) -> None:
        text, what = self.reader.copied()
        if text:
            self.post_message(Copied(text, what))

    def action_scroll_end(self) -> None:
        self.window.follow()

    def on_click(self, event: events.Click) -> None:
        mark, line = self._new_lines_mark(), self.window.top + event.y
        address = event.style.meta.get("address")
        if mark and event.y == self.size.height - 1 and event.x >= self.line_width - len(mark):
            event.stop()
            self.window.follow()
        elif line < self.line_layout.total and isinstance(address, str):
            self.post_message(LinkClicked(address))
        elif line < self.line_layout.total:
            self.reader.click(self.line_layout.place(line), on_text=event.x >= GUTTER)
            self.refresh()

    def user_scrolled(self, top: int) -> None:
        self.window.scrolled(top)

    # Showing it

    def on_mount(self) -> None:
        self._painter.fold_key = self.item_list.fold_key = key_of(self, "transcript.fold")
        self._frames.resume()
        self._restyle()
        self.set_timer(_WARM_UP_AFTER, self._warm_up)

    def on_unmount(self) -> None:
        self._frames.pause()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            # Textual renews the styles of component classes after the widget's own.
            self.call_next(self._restyle)

    def fit(self) -> None:
        super().fit()
        width = max(self.line_width - GUTTER, 1)
        if width != self.line_layout.width:
            self.window.rewrap(width)
        self.window.arrange(paint=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual's cache of styled lines is of no use without borders and padding, and a line that
        # has only moved is the same strip as before: filtered, divided and encoded.
        began = thread_time()
        background = self.background_colors[1]
        first, last = crop.column_span
        strips = self._rows(crop.y, crop.bottom)
        if crop.bottom == self.size.height:
            self._mark = self._new_lines_mark()
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if first > 0 or last < self.line_width:
            strips = [strip.crop(first, last) for strip in strips]
        if self._unpainted is not None:
            self.call_later(self._loaded_is_painted, self._unpainted)
            self._unpainted = None
        self._frames.spend(thread_time() - began)
        return strips

    def render_line(self, y: int) -> Strip:
        # Textual asks for single lines only to find out which character the mouse is on.
        place = self.line_layout.place(self.window.top + y)
        return self._rows(y, y + 1)[0].apply_offsets(0, line_number(place))

    def _rows(self, first: int, end: int) -> list[Strip]:
        top = self.window.top
        strips = self._painter.rows(top + first, top + end)
        if end == self.size.height and (mark := self._new_lines_mark()):
            strips[-1] = self._painter.overlaid(strips[-1], mark)
        return strips

    def _new_lines_mark(self) -> str:
        count = self.window.new_lines()
        return f" ↓ {counted(count, 'new line')} " if count else ""

    def _changed(self, line: int | None) -> None:
        """The conversation changed from a line on, if one is given; work on it or show it."""
        if line is not None:
            known = self._first_changed
            self._first_changed = line if known is None else min(known, line)
        self._frames.request()

    def _show(self, deadline: float) -> bool:
        """Put what changed on the screen; False if drawing it takes another portion."""
        if not self.window.arrange(lambda: self._clock() < deadline):
            return False
        if self._first_changed is not None:
            self.repaint(max(self._first_changed - self.window.top, 0))
            self._first_changed = None
        if self._mark != self._new_lines_mark():
            self.repaint(self.size.height - 1)
        return True

    def _look_ahead(self, deadline: float) -> bool:
        return self.window.look_ahead(lambda: self._clock() < deadline)

    def _restyle(self) -> None:
        """Draw everything again, if the colours have changed."""
        layout = self.line_layout
        palette = Palette(self._style_of, self.rich_style)
        if palette != layout.palette:
            layout.restyle(layout.width, palette)
            selection = self.screen.get_component_rich_style("screen--selection")
            # Its own colour is that of its ground: letters keep theirs.
            self._selected.style = (
                Style(reverse=True) if self.app.no_color else Style(bgcolor=selection.bgcolor)
            )
            self.refresh()
            self.fit()
            self._changed(None)

    def _style_of(self, name: str) -> Style:
        """A component's style, blended with what is behind it; only what it sets itself."""
        component = f"transcript--{name}"
        rules = self.get_component_styles(component)
        style = self.get_component_rich_style(component)
        ground = style.bgcolor if rules.background.a else None
        colour = style.color if rules.has_rule("color") else None
        return Style(color=colour, bgcolor=ground) + style.without_color

    # Loading parsers and lexers, which takes longer than a frame may

    def _warm_up(self) -> None:
        self.run_worker(_load_parsers, thread=True, exit_on_error=False)

    def _loaded_is_painted(self, languages: set[str]) -> None:
        self._changed(None)
        if languages:
            self.run_worker(self._colour_code(languages), exit_on_error=False)

    async def _colour_code(self, languages: set[str]) -> None:
        await asyncio.to_thread(load_lexers, languages)
        self.line_layout.recolour()
        self._intake.colour_code()
        self._changed(0)


def _load_parsers() -> None:
    full_tokens("*warm*")
    full_tokens("http://example.org")
    load_lexers(["python"])
