"""Keys that edit text as a shell and an editor do, by characters as a reader sees them."""

from collections.abc import Sequence

from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from tui.dashboard.prompt.graphemes import left_of, right_of, word_left, word_right


class LineEditing(TextArea):
    """A text area whose cursor never stands inside a character."""

    def get_cursor_left_location(self) -> Location:
        row, column = self.cursor_location
        if column == 0:
            return super().get_cursor_left_location()
        return row, self.unit_left(row, column)

    def get_cursor_right_location(self) -> Location:
        row, column = self.cursor_location
        if column >= len(self.document[row]):
            return super().get_cursor_right_location()
        return row, self.unit_right(row, column)

    def get_cursor_word_left_location(self) -> Location:
        row, column = self.cursor_location
        if column == 0:
            return super().get_cursor_left_location()
        target = min(word_left(self.document[row], column), self.unit_left(row, column))
        inside = (start for start, end in self.units(row) if start < target < end)
        return row, next(inside, target)

    def get_cursor_word_right_location(self) -> Location:
        row, column = self.cursor_location
        if column >= len(self.document[row]):
            return super().get_cursor_right_location()
        target = max(word_right(self.document[row], column), self.unit_right(row, column))
        inside = (end for start, end in self.units(row) if start < target < end)
        return row, next(inside, target)

    def units(self, row: int) -> Sequence[tuple[int, int]]:  # noqa: ARG002 - for subclasses
        """Start and end of what is one thing in a line, though it has several characters."""
        return ()

    def unit_left(self, row: int, column: int) -> int:
        """Where what one step to the left passes begins."""
        inside = (start for start, end in self.units(row) if start < column <= end)
        return next(inside, left_of(self.document[row], column))

    def unit_right(self, row: int, column: int) -> int:
        """Where what one step to the right passes ends."""
        inside = (end for start, end in self.units(row) if start <= column < end)
        return next(inside, right_of(self.document[row], column))

    def undo(self) -> None:
        # Textual lays the shorter text out while the cursor is where it was.
        self.selection = Selection.cursor(self.document.start)
        super().undo()
        self.after_undo()

    def redo(self) -> None:
        if self.history.redo_stack:
            edit = self.history.redo_stack[-1][0]
            self.selection = Selection.cursor(min(edit.top, self.document.end))
        super().redo()
        self.after_undo()

    def after_undo(self) -> None:
        """The text has changed without an edit."""

    def action_line_start(self) -> None:
        """Go to the start of the line; from there, to the start of the text."""
        row, column = self.cursor_location
        self.move_cursor((row, 0) if column else self.document.start)

    def action_line_end(self) -> None:
        """Go to the end of the line; from there, to the end of the text."""
        row, column = self.cursor_location
        end = len(self.document[row])
        self.move_cursor((row, end) if column < end else self.document.end)

    def action_delete_word_right(self) -> None:
        start, end = self.selection
        if start == end:
            end = self.get_cursor_word_right_location()
        self.delete(start, end, maintain_selection_offset=False)

    def action_delete_to_start_of_line(self) -> None:
        row, column = self.cursor_location
        start = (row, 0) if column else super().get_cursor_left_location()
        self.delete(start, (row, column), maintain_selection_offset=False)
