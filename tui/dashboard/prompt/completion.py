"""Decides what the menu above the prompt offers, and what its keys do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.dashboard.commands.bindings import commands_of, key_of
from tui.dashboard.commands.command_table import by_slash, parse_slash
from tui.dashboard.prompt.choices import (
    Choice,
    Offer,
    Values,
    command_choices,
    earlier_choices,
    fitting,
)
from tui.dashboard.prompt.path_choices import PathChoices, TargetChoices
from tui.dashboard.prompt.prompt_menu import PromptMenu

if TYPE_CHECKING:
    from tui.dashboard.chat.prompt import Prompt


class Completion:
    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._menu: PromptMenu | None = None
        self._draft: str | None = None
        """What was in the prompt before a search of earlier messages; None: there is no search."""
        self._put_there = ""
        """A text that nobody has typed: no files are offered for it."""
        self._paths = PathChoices(prompt)
        self._targets = TargetChoices(prompt)
        self._closed = ""
        """The text at which the menu was closed: it stays so until that text is gone."""
        self.values: Callable[[str], Values] = lambda _: Values()
        """For the argument of a command, by its id; set by the screen."""
        self.values_left: Callable[[], object] = lambda: None
        """No argument is typed any more; set by the screen."""
        self._in_argument = False
        """The argument of a command is typed."""
        self.saved: Callable[[], Sequence[Choice]] = lambda: ()
        """Prompts from files, offered as commands; set by the screen."""

    @property
    def is_searching(self) -> bool:
        """The prompt holds words of an earlier message that is looked for."""
        return self._draft is not None

    def search(self) -> None:
        """Look for an earlier message; asked again, go to the next older one."""
        if self.is_searching:
            self.move(1)
            return
        draft = self._prompt.text
        self._prompt.put_folded("")
        self._draft = draft
        self.refresh()

    @property
    def draft(self) -> str:
        """What a search hides, as it was shown."""
        return self._draft or ""

    @draft.setter
    def draft(self, draft: str) -> None:
        self._draft = draft

    def forget_search(self) -> None:
        """Something else takes the place of the words that were looked for, and of the draft."""
        self._draft = None

    def _end_search(self, text: str | None = None) -> None:
        """Put the message that was found into the prompt; None: the draft that was there."""
        if text is None:
            self._prompt.put_folded(self.draft)
        else:
            self._prompt.set_aside(self._prompt.whole)
            self._prompt.put(text)

    @property
    def is_open(self) -> bool:
        return self._menu is not None and self._menu.is_open

    @property
    def _is_closed(self) -> bool:
        """The menu of commands was closed at this text, or before something was added to it."""
        return bool(self._closed) and self._prompt.text.startswith(self._closed)

    def refresh(self) -> None:
        """Show what fits the text now."""
        prompt = self._prompt
        if self._closed and not prompt.text.startswith(self._closed):
            self._closed = ""
        title = self._search_title() if self.is_searching else ""
        if title != (prompt.border_title or ""):
            prompt.border_title = title
        was_in_argument, self._in_argument = self._in_argument, False
        # Where an earlier message is shown, ↑ ↓ go on to those around it.
        offers = prompt.is_attached and prompt.has_focus and not prompt.browsing
        offer = self._offer() if offers else None
        if was_in_argument and not self._in_argument:
            self.values_left()
        if offer is None:
            if self._menu is not None:
                self._menu.close()
            return
        if self._menu is None:
            self._menu = PromptMenu()
            prompt.screen.mount(self._menu, before=prompt)
        self._menu.open(offer)

    def _search_title(self) -> str:
        older, end = (key_of(self._prompt, name) for name in ("prompt.search", "escape"))
        return f"search your messages · {older} older · {end} ends"

    @property
    def holds_command(self) -> bool:
        """The prompt holds a command of the palette, or an earlier one: it was only looked at."""
        text = self._prompt.text
        return text == self._put_there and text.startswith("/")

    def was_put(self) -> None:
        """The text was not typed."""
        self._put_there = self._prompt.text
        self.refresh()

    def fit(self) -> None:
        """The screen has another size or more widgets."""
        menu, prompt = self._menu, self._prompt
        if menu is None:
            return
        beside = prompt.screen.children
        if beside.index(menu) != beside.index(prompt) - 1:
            prompt.screen.move_child(menu, before=prompt)
        menu.fit()

    def close(self) -> bool:
        """Close the menu for this text; False if none is open."""
        if self.is_searching:
            self._end_search()
            return True
        if not self.is_open:
            return False
        if self.holds_command:
            self._prompt.clear()
            return True
        self._closed = self._prompt.text
        self.refresh()
        return True

    def move(self, by: int) -> None:
        if self._menu is not None:
            self._menu.move(by)

    def complete(self) -> bool:
        """Put the row under the cursor, or else the first one, into the prompt."""
        if self._menu is None or not self._menu.is_open:
            return self.is_searching
        if self.is_searching:
            return self.entered()
        self._put(self._menu.chosen or self._menu.offer.choices[0])
        return True

    def entered(self) -> bool:
        """Enter was pressed: False if the text in the prompt is to be submitted.

        A row under the cursor is taken; if nothing can follow it, it is submitted too.
        """
        menu = self._menu
        choice = menu.chosen if menu is not None else None
        if self.is_searching:
            if choice is not None:
                self._end_search(choice.text)
            return True
        if menu is None or choice is None or choice.text == menu.offer.typed:
            return False
        offer = menu.offer
        self._put(choice)
        return choice.more or not offer.submits

    def _put(self, choice: Choice) -> None:
        prompt, offer = self._prompt, self._menu.offer if self._menu is not None else Offer()
        text = choice.text + (" " if choice.more else "")
        row, column = prompt.cursor_location
        start, end = (row, offer.start), (row, max(column, offer.start + len(offer.typed)))
        prompt.replace(text, start, end, maintain_selection_offset=False)

    def _offer(self) -> Offer | None:
        prompt = self._prompt
        text = prompt.text
        if self.is_searching:
            found = earlier_choices(text, prompt.earlier)
            nothing = "no earlier message has these words" if text else "no earlier messages yet"
            title = f"{nothing} · {key_of(prompt, 'escape')} ends the search"
            return Offer(found, 0, text, at_once=True, title=title)
        if not text.startswith("/") or "\n" in text or text.startswith("//"):
            closed = self._closed and "@" not in text[len(self._closed) :]
            return None if closed or text == self._put_there else self._paths.offer()
        if self._is_closed:
            return self._closed_line(text)
        word, space, argument = text[1:].partition(" ")
        if "/" in word:
            return None
        if not space:
            choices = fitting(word, [*command_choices(commands_of(prompt)), *self.saved()])
            return Offer(choices, 0, text) if choices else None
        return self._for_argument(word, argument)

    def _for_argument(self, word: str, argument: str) -> Offer | None:
        text, self._in_argument = self._prompt.text, True
        command = by_slash(commands_of(self._prompt)).get(word.lower())
        values = self.values(command.id) if command is not None and command.argument else Values()
        typed = argument.lstrip()
        target = _target(command.id, typed) if command is not None else None
        if target is not None:
            return self._targets.offer_for(target, len(text) - len(target))
        choices = fitting(typed, values.choices)
        return Offer(choices, len(text) - len(typed), typed, only=values.only) if choices else None

    def _closed_line(self, text: str) -> Offer | None:
        """What Enter does while the menu is closed."""
        entered = parse_slash(text, commands_of(self._prompt))
        if entered is None:
            return None
        known = entered.command is not None
        does = f"{key_of(self._prompt, 'prompt.send')} runs" if known else "There is no command"
        return Offer(title=f"{does} /{entered.word} · // at the start sends a message")


def _target(command: str, argument: str) -> str | None:
    """What is typed of the path of a file to write; None where none is to be typed."""
    if command == "save_files":
        return argument
    form, space, path = argument.partition(" ")
    return path.lstrip() if command == "export" and space and form in _FORMS else None


_FORMS = frozenset(("html", "md", "jsonl"))
