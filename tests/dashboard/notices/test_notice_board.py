"""Which notice is shown, and for how long."""

from tui.dashboard.notices.notice_board import Notice, NoticeBoard
from tui.dashboard.notices.notice_line import notice_text


def board_with(*texts: str, seconds: float = 5.0) -> NoticeBoard:
    board = NoticeBoard()
    for text in texts:
        board.add(Notice(text, wall=1.0), seconds, now=0.0)
    return board


def test_the_newest_is_shown_first_and_the_others_wait() -> None:
    board = board_with("one", "two", "three")
    assert board.current is not None
    assert (board.current.text, board.waiting) == ("three", 2)
    board.drop(5.0)
    assert board.current.text == "two"
    board.drop(10.0)
    board.drop(15.0)
    assert board.current is None
    assert [notice.text for notice in board.past] == ["one", "two", "three"]


def test_one_that_was_covered_keeps_the_time_it_had_left_but_two_seconds_at_least() -> None:
    board = board_with("one")
    board.add(Notice("two"), 5.0, now=1.0)
    board.drop(6.0)
    assert board.seconds_left(6.0) == 4.0
    board.add(Notice("three"), 5.0, now=9.5)
    board.drop(14.5)
    assert board.seconds_left(14.5) == 2.0


def test_the_same_again_is_shown_once_for_its_whole_time() -> None:
    board = board_with("one")
    board.add(Notice("one"), 5.0, now=3.0)
    assert board.waiting == 0
    assert board.seconds_left(3.0) == 5.0


def test_a_burst_does_not_wait_for_ever() -> None:
    board = board_with(*map(str, range(100)))
    assert board.waiting == 19
    assert len(board.past) == 100
    board.drop_all()
    assert board.current is None


def test_answers_to_keys_are_over_when_a_run_begins_and_warnings_stay() -> None:
    board = board_with("press it again", "not sent")
    board.add(Notice("slow", "warning"), 5.0, now=1.0)
    board.add(Notice("copied"), 5.0, now=2.0)
    board.drop_answers(3.0)
    assert board.current is not None
    assert (board.current.text, board.waiting) == ("slow", 0)
    assert len(board.past) == 4
    board.drop(6.0)
    board.drop_answers(7.0)
    assert board.current is None


def test_the_line_has_the_text_and_how_many_wait() -> None:
    assert notice_text(board_with("saved"), "!", 60).plain == " · saved"
    line = notice_text(board_with("one", "two"), "!", 60)
    assert line.plain == " · two · 1 more · ! shows all "


def test_a_long_notice_is_cut_and_says_where_all_of_it_is() -> None:
    line = notice_text(board_with("word " * 40), "!", 60)
    assert line.plain.endswith("… · ! shows all ")
    for width in range(10, 120):
        assert notice_text(board_with("word " * 40, "x" * 80), "!", width).cell_len <= width + 8


def test_how_serious_it_is_can_be_read_without_colours() -> None:
    board = NoticeBoard()
    for severity, mark in (("warning", "!"), ("error", "✗"), ("information", "·")):
        board.add(Notice("said", severity), 5.0, now=0.0)
        assert notice_text(board, "!", 60).plain.startswith(f" {mark} said")
