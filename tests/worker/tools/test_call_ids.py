"""Ids of calls, whatever servers do with them."""

from tui.worker.tools.call_ids import AnswerIds, CallIds


def test_a_call_whose_id_changes_while_it_streams_stays_one_call() -> None:
    ids = AnswerIds(CallIds())
    assert ids.unique("first", None, "added") == "first"
    ids.rename("other", "first")
    assert ids.unique("other", None, "done") == "first"
    assert ids.unique("other", None, "complete") == "first"


def test_two_calls_with_one_id_are_told_apart_by_their_order() -> None:
    ids = AnswerIds(CallIds())
    added = [ids.unique("call_0", None, "added") for _ in range(2)]
    assert added[0] != added[1]
    assert [ids.unique("call_0", None, "done") for _ in range(2)] == added
