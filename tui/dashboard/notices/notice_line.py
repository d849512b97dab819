"""The line above the prompt: what the program has to say, where it covers nothing."""

from rich.cells import cell_len
from rich.text import Text

from tui.dashboard.notices.notice_board import NoticeBoard
from tui.dashboard.textual_internals.sizing import Words


class NoticeLine(Words):
    """Shows the newest notice and how many wait; blank without one."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._shown = Text()

    def show(self, line: Text) -> None:
        """Show a line of `notice_text`."""
        if line != self._shown:
            self._shown = line
            self.set_class(bool(line), "-shown")
            self.update(line, layout=False)


def notice_text(board: NoticeBoard, key: str, width: int) -> Text:
    """The current notice in so many columns; ``key`` shows all of them."""
    notice = board.current
    if notice is None:
        return Text()
    text, all_of_it = f" {notice.mark} {notice.text}", f" · {key} shows all "
    more = f" · {board.waiting} more" if board.waiting else ""
    cut = cell_len(text) + cell_len(more) > width - 1
    end = f"{more}{all_of_it}" if more or cut else ""
    if cell_len(end) > width // 2:
        end = more
    line = Text(text, "" if notice.mark == "·" else "bold", no_wrap=True)
    line.truncate(max(width - cell_len(end) - 1, 8), overflow="ellipsis")
    return line.append(end, "")
