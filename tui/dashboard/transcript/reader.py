"""The cursor over a conversation: what its keys open, fold and copy."""

from itertools import chain

from tui.dashboard.transcript.code_blocks import CodeBlock, code_blocks
from tui.dashboard.transcript.item_list import ItemList
from tui.dashboard.transcript.line_layout import FOLD_LINE, Place
from tui.dashboard.transcript.transcript_items import Item, ToolItem
from tui.dashboard.transcript.window import Window

_KINDS = {"answer": "message", "user": "message"}


class Reader:
    """A cursor that is on an item, on one of its blocks of code, or nowhere."""

    def __init__(self, item_list: ItemList, window: Window) -> None:
        self._item_list = item_list
        self._window = window
        self._item: Item | None = None
        self._code: CodeBlock | None = None

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        item, items = self._item, self._item_list.items
        if item is not None and item.index < len(items) and items[item.index] is item:
            return item
        return None

    def is_on(self, item: Item, place: Place) -> bool:
        """Whether a line of an item is under the cursor."""
        if item is not self._item or (item.gap_above and place.unit == place.row == 0):
            return False
        return self._code is None or self._code.unit == place.unit

    def go_to(self, place: Place) -> None:
        """Put the cursor on the item of a place, and bring the place into view."""
        self._item, self._code = self._item_list.items[place.item], None
        self._window.show(place)

    def move(self, by: int) -> None:
        """Go so many items down; at first, to one in view."""
        items = self._item_list.items
        if items:
            now = self.item
            first = self._window.item_at_edge(bottom=by < 0)
            index = first if now is None else now.index + by
            item = items[min(max(index, 0), len(items) - 1)]
            self.go_to(Place(item.index, 0, 1 if item.gap_above else 0))

    def click(self, place: Place, *, on_text: bool) -> None:
        """Put the cursor on an item; a click on its heading or its fold line opens or folds it."""
        item = self._item_list.items[place.item]
        self._item, self._code = item, None
        foldable = (place.unit == 0 and item.header_only) or place.unit == FOLD_LINE
        if foldable and on_text:
            self._toggle(item)

    def toggle_fold(self) -> None:
        """Open or fold the item under the cursor, else the newest."""
        items = self._item_list.items
        item = self.item or (items[-1] if items else None)
        if item is not None:
            self._toggle(item)

    def step_code(self, *, forward: bool) -> None:
        """Go to the next block of code from the cursor, or to the one before."""
        items = self._item_list.items
        at = self._code_start(forward=forward) if self._code is None else self._code[:3]
        if forward:
            rest = (code for item in items[at[0] :] for code in code_blocks(item) if code[:3] > at)
        else:
            back = (reversed(list(code_blocks(item))) for item in reversed(items[: at[0] + 1]))
            rest = (code for code in chain.from_iterable(back) if code[:3] < at)
        code = next(rest, None)
        if code is None:
            return
        item = items[code.item]
        if item.is_folded:
            self._item_list.fold(item.key, folded=False)
        self.go_to(Place(code.item, code.unit, 0))
        self._code = code

    def copied(self) -> tuple[str, str]:
        """The text to copy, and what it is: a block of code, the item, or the newest answer."""
        if self._code is not None:
            return self._code.text, f"a block of {self._code.language or 'code'}"
        item = self.item
        if item is None:
            answers = (i for i in reversed(self._item_list.items) if i.kind == "answer")
            item = next(answers, None)
        if item is None:
            return "", ""
        if isinstance(item, ToolItem):
            return item.result, f"the result of {item.name}"
        return item.source(), f"the {_KINDS.get(item.kind, item.kind)}"

    def _toggle(self, item: Item) -> None:
        if item.can_fold:
            self._item_list.fold(item.key, folded=not item.is_folded)

    def _code_start(self, *, forward: bool) -> tuple[int, int, int]:
        index = self.item.index if self.item is not None else self._window.item_at_edge()
        return (index, -1, -1) if forward else (index + 1, 0, 0)
