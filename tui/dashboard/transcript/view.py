"""The window onto a conversation: follows the end or holds a place, and paints what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic, thread_time
from typing import Any

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.bindings import key_of
from tui.dashboard.textual_internals.scroll_bar import CellBarred
from tui.dashboard.textual_internals.sizing import FittedView
from tui.dashboard.transcript.code import load_lexers
from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.layout import GUTTER, Layout, Place
from tui.dashboard.transcript.markdown import full_tokens
from tui.dashboard.transcript.painting import Painter, line_number
from tui.dashboard.transcript.styles import NAMES, Palette

# Work per frame and frames per second: a key waits at most for one portion of work.
PORTION = 0.008
FRAME = 1 / 30
_BREATH = 0.004
# A frame is followed by so many times the processor time of ours in it as rest. Ours is less than
# half of what a frame costs the program, so that following a stream takes about a tenth of a core.
_SHARE = 24
# Not longer, though: nobody shall see the text come in jerks.
_LONGEST_REST = 0.06
_SOON = 0.001
# Sooner than any model answers that somebody has typed a question for.
_WARM_UP_AFTER = 0.5
_NO_THUMB = -1, -1


class View(FittedView, CellBarred, ScrollView, can_focus=True):
    """Shows a Layout. Subclasses fill it and call ``changed``."""

    COMPONENT_CLASSES = {f"transcript--{name}" for name in NAMES}  # noqa: RUF012 - Textual's API

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(id=id)
        self.conversation = Layout()
        self.following = True
        self._clock = clock
        self._anchor = Place(0, 0, 0)
        self._left_at = self._anchor
        """The last line that there was when it stopped following."""
        self._mark = ""
        """What is painted over the last row of new lines below."""
        self._placing = False
        self._painting = True
        self._thumb = _NO_THUMB
        self._timer: asyncio.TimerHandle | None = None
        self._shown_at = 0.0
        self._rest = FRAME
        self._spent = 0.0
        self._unsettled = False
        self._more = False
        self._dirty_from: int | None = None
        self._told_at_once = False
        self._painter = Painter(self.conversation)

    @property
    def is_settled(self) -> bool:
        """Whether everything told so far is in place: no frame is due."""
        return self._timer is None

    @property
    def _text_width(self) -> int:
        """The columns of a line, without its gutter and the scrollbar."""
        return self.scrollable_content_region.width - GUTTER

    def on_mount(self) -> None:
        self._painter.fold_key = key_of(self, "transcript.fold")
        self._refresh_scrollbars()
        self._restyle()
        # Not while the program starts: it needs the processor for what is seen.
        self.set_timer(_WARM_UP_AFTER, self._warm_up)

    def _warm_up(self) -> None:
        # Loading the parsers takes longer than a frame may; in a thread nobody waits for them.
        self.run_worker(self._load_parsers, thread=True, exit_on_error=False)

    @staticmethod
    def _load_parsers() -> None:
        full_tokens("*warm*")
        full_tokens("http://example.org")
        load_lexers(["python"])

    def on_unmount(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        if self.is_mounted:
            # The styles of our components are renewed after our own.
            self.call_next(self._restyle)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._set_following(following=True)
        self._arrange()

    def changed(self, line: int | None = None) -> None:
        """The conversation changed from a line on; shown with the next frame."""
        if line is not None:
            known = self._dirty_from
            self._dirty_from = line if known is None else min(known, line)
        if self._timer is None and self.is_mounted and not self._told_at_once:
            self._schedule(max(self._shown_at + self._rest - self._clock(), _SOON))

    def show_place(self, place: Place) -> None:
        """Bring a line into view, a third of the screen from the top, unless it is there."""
        conversation, height = self.conversation, self.size.height
        line, top = conversation.line(place), self.scroll_offset.y
        if top <= line < top + height - 1:
            return
        self._anchor = place
        self._set_following(following=False)
        conversation.settle_back(place._replace(unit=place.unit - 1), height)
        self._anchor = conversation.place(max(conversation.line(place) - height // 3, 0))
        self._arrange()
        self.changed()

    def work(self, deadline: float) -> bool:
        """Do what is due until the deadline; True if more is left."""
        return bool(deadline) and False

    def trailer(self) -> list[Line]:
        """Live lines after the end."""
        return []

    def action_scroll_end(self) -> None:
        self.follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) == round(new_value):
            return
        if self._painting:
            self.refresh(Region(0, 0, GUTTER + self._text_width, self.size.height))
        if not self._placing:
            self._anchor = self.conversation.place(round(new_value))
            self._set_following(following=round(new_value) >= self.max_scroll_y)
            self._arrange()
            self.changed()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Without borders and padding there is nothing for Textual's cache of styled lines to do,
        # and a line that has merely moved is the strip it was: filtered, divided and encoded.
        began = thread_time()
        background = self.background_colors[1]
        first, last = crop.column_span
        strips = self._lines(crop.y, crop.bottom)
        if crop.bottom == self.size.height:
            self._mark = self._new_lines_mark()
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if first > 0 or last < GUTTER + self._text_width:
            strips = [strip.crop(first, last) for strip in strips]
        self._spent += thread_time() - began
        return strips

    def render_line(self, y: int) -> Strip:
        # Only the mouse asks for single lines, to learn which character it is on.
        place = self.conversation.place(self.scroll_offset.y + y)
        return self._lines(y, y + 1)[0].apply_offsets(0, line_number(place))

    def _lines(self, first: int, last: int) -> list[Strip]:
        """The rows of the view from ``first`` to before ``last``, as they are painted."""
        conversation, painter = self.conversation, self._painter
        top, total = self.scroll_offset.y, self.conversation.total
        strips: list[Strip] = []
        line, end = top + first, min(top + last, total)
        while line < end:
            strips += painter.strips(conversation.place(line), end - line)
            line = top + first + len(strips)
        if line < top + last:
            live = self.trailer()[line - total : top + last - total]
            strips += map(painter.plain, live)
            strips += [painter.plain([])] * (top + last - line - len(live))
        if last == self.size.height and (mark := self._new_lines_mark()):
            strips[-1] = painter.overlaid(strips[-1], mark)
        return strips

    def new_lines(self) -> int:
        """How many lines have come below the view since it stopped following."""
        if self.following:
            return 0
        total = self.conversation.total
        hidden = total - self.scroll_offset.y - self.size.height
        return max(min(total - self.conversation.line(self._left_at) - 1, hidden), 0)

    def _new_lines_mark(self) -> str:
        count = self.new_lines()
        return f" ↓ {count} new line{'s' if count > 1 else ''} " if count else ""

    def on_click(self, event: events.Click) -> None:
        mark = self._new_lines_mark()
        start = GUTTER + self._text_width - len(mark)
        if mark and event.y == self.size.height - 1 and event.x >= start:
            event.stop()
            self.follow()

    def _set_following(self, *, following: bool) -> None:
        if following == self.following:
            return
        self.following = following
        self._left_at = self.conversation.place(self.conversation.total - 1)

    def fit(self) -> None:
        width = max(self._text_width, 1)
        if width != self.conversation.width:
            left, below = self._left_at, self.conversation.rows_below(self._left_at)
            self.conversation.restyle(width, self.conversation.palette)
            self._left_at = self.conversation.row_above_end(left, below)
            self.changed()
        self._thumb = _NO_THUMB
        self._arrange_unpainted()

    def _restyle(self) -> None:
        """Draw everything again, if the colours are not what they were."""
        palette = Palette(self._style_of, self.rich_style)
        if palette != self.conversation.palette:
            self.conversation.restyle(self.conversation.width, palette)
            selection = self.screen.get_component_rich_style("screen--selection")
            # Its own colour is that of its ground: letters keep theirs.
            self._painter.selected = Style(bgcolor=selection.bgcolor)
            self.refresh()
            self.fit()
            self.changed()

    def _style_of(self, name: str) -> Style:
        """A component's style, blended with what is behind it; only what it sets itself."""
        component = f"transcript--{name}"
        rules = self.get_component_styles(component)
        style = self.get_component_rich_style(component)
        ground = style.bgcolor if rules.background.a else None
        colour = style.color if rules.has_rule("color") else None
        look = Style(color=colour, bgcolor=ground)
        return look + style.without_color

    def _schedule(self, wait: float) -> None:
        # Textual's timers are tasks that send messages: too much for every frame.
        self._timer = asyncio.get_running_loop().call_later(wait, self._frame)

    def _frame(self) -> None:
        """One portion of work: taking text in, or, when that is done or it is time, showing it."""
        try:
            wait = self._portion()
        finally:
            # Only now: what the portion changed is in it, and needs no other.
            self._timer = None
        if wait is not None:
            self._schedule(wait)

    def _portion(self) -> float | None:
        """Work for a while; the seconds until the next portion, if more is left."""
        now, began = self._clock(), thread_time()
        took_in = not self._unsettled
        if took_in:
            self._more = self.work(now + PORTION)
        more, shown = self._more, False
        if not more or now >= self._shown_at + FRAME:
            # Something is drawn in any case: in a portion of its own where much is spent.
            self._unsettled = took_in and self._clock() > now + PORTION / 2
            shown = not self._unsettled and self._show(now + PORTION)
        if shown and not more and took_in:
            more = not self._settle_margin(now + PORTION)
        self._spent += thread_time() - began
        if shown:
            self._shown_at = self._clock()
            self._rest = min(max(FRAME, _SHARE * self._spent), _LONGEST_REST)
            self._spent = 0.0
        if more or not shown:
            return _BREATH
        # What came while drawing took several portions has not been looked at yet.
        return None if took_in else self._rest

    def _show(self, deadline: float) -> bool:
        """Put what changed on the screen; False if drawing it takes another portion."""
        settled = self._arrange(lambda: self._clock() < deadline)
        self._unsettled = not settled
        if not settled:
            return False
        dirty, self._dirty_from = self._dirty_from, None
        if dirty is not None:
            top = max(dirty - self.scroll_offset.y, 0)
            if top < self.size.height:
                width = GUTTER + self._text_width
                self.refresh(Region(0, top, width, self.size.height - top))
        if self._mark != self._new_lines_mark():
            self.refresh(Region(0, self.size.height - 1, GUTTER + self._text_width, 1))
        return True

    def _arrange(self, in_time: Callable[[], bool] = lambda: True) -> bool:
        """Make what is in view exact, and put it where it belongs; False if time ran out."""
        conversation, height = self.conversation, self.size.height
        if not height:
            return True
        live = len(self.trailer())
        if self.following:
            if not conversation.settle_back(conversation.end(), height, in_time):
                return False
            top = max(conversation.total + live - height, 0)
        else:
            if not conversation.settle(self._anchor, height):
                conversation.settle_back(conversation.end(), height)
            top = conversation.line(self._anchor)
        self._place(conversation.total + live, top)
        return True

    def _settle_margin(self, deadline: float) -> bool:
        """Make the screen above the view exact, too, so that paging up draws nothing new."""
        if self.following:
            return True
        above = self._anchor._replace(unit=self._anchor.unit - 1)
        total = self.conversation.total
        done = self.conversation.settle_back(
            above, self.size.height, lambda: self._clock() < deadline
        )
        if total != self.conversation.total:
            # The lines in view have other numbers now and are what they were: nothing to paint.
            self._arrange_unpainted()
        return done

    def _arrange_unpainted(self) -> None:
        self._painting = False
        self._arrange()
        self._painting = True

    def _place(self, total: int, top: int) -> None:
        extent = Size(self.size.width, total)
        self._placing = True
        if extent != self.virtual_size:
            # Reactive assignment would lay the whole screen out again at every new line.
            self.set_reactive(Widget.virtual_size, extent)
        if round(self.scroll_y) != top:
            self.scroll_y = top
            self.scroll_target_y = top
        thumb = thumb_of(self.size.height, total, top)
        if self.following:
            # It stands at the end and shrinks: whole cells are soon enough.
            thumb = 0, (thumb[1] - thumb[0]) // 8
        if thumb != self._thumb:
            # A scrollbar is as many lines to paint as the text beside it: only when it moves.
            self._thumb = thumb
            self._scroll_update(extent)
            self.vertical_scrollbar.position = top
        self._placing = False

    def _scroll_to(self, x: float | None = None, y: float | None = None, **options: Any) -> bool:
        options["animate"] = False
        return super()._scroll_to(x, y, **options)


def thumb_of(height: int, total: int, top: int) -> tuple[int, int]:
    """Where a scrollbar's thumb starts and ends, in the eighths of a cell that are drawn."""
    if total <= height:
        return 0, 0
    size = max(1.0, height * height / total)
    start = int((height - size) * top / (total - height) * 8)
    return start, start + -int(-size * 8 // 1)
