"""Ids of calls, whatever servers do with them."""

import pytest

from tui.worker.tools.call_ids import AnswerIds, CallIds


def test_a_call_whose_id_changes_while_it_streams_stays_one_call() -> None:
    ids = AnswerIds(CallIds())
    assert ids.unique("first", None, "added") == "first"
    ids.rename("other", None, "first")
    assert ids.unique("other", None, "done") == "first"
    assert ids.unique("other", None, "complete") == "first"


def test_two_calls_with_one_id_are_told_apart_by_their_order() -> None:
    ids = AnswerIds(CallIds())
    added = [ids.unique("call_0", None, "added") for _ in range(2)]
    assert added[0] != added[1]
    assert [ids.unique("call_0", None, "done") for _ in range(2)] == added


@pytest.mark.parametrize("item_ids", [("i1", "i2"), (None, None), ("same", "same")])
def test_calls_whose_ids_change_to_the_same_one_stay_apart(
    item_ids: tuple[str | None, str | None],
) -> None:
    ids = AnswerIds(CallIds())
    first, second = (ids.unique("", item_id, "added") for item_id in item_ids)
    for item_id, unique in zip(item_ids, (first, second), strict=True):
        ids.rename("call_0", item_id, unique)
        assert ids.unique("call_0", item_id, "done") == unique
    complete = [ids.unique("call_0", item_id, "complete") for item_id in item_ids]
    assert complete == [first, second]
    assert first != second
