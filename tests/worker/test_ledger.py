"""The ledger, and the rules for its items."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.provider import validate_items
from tui.protocol.events import HistoryChanged
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT, NOT_RUN_OUTPUT, RECOVERY_PROMPT
from tui.worker.input_items import (
    Item,
    last_turn_start,
    settled,
    user_message,
)
from tui.worker.ledger import Ledger, Turn

USER = user_message("hi")
ANSWER: Item = {
    "type": "message", "role": "assistant", "id": "msg_1",
    "content": [{"type": "output_text", "text": "hello"}],
}  # fmt: skip
REASONING: Item = {"type": "reasoning", "id": "rs_1", "summary": []}


def call(name: str) -> Item:
    return {"type": "function_call", "call_id": name, "name": "tool", "arguments": "{}"}


def output(name: str, text: str = "done") -> Item:
    return {"type": "function_call_output", "call_id": name, "output": text}


def test_a_call_without_output_gets_one_after_its_group() -> None:
    items = settled([USER, call("a"), call("b"), output("b"), user_message("next")])
    assert items == [
        USER, call("a"), call("b"), output("b"),
        output("a", INTERRUPTED_OUTPUT), user_message("next"),
    ]  # fmt: skip


def test_a_call_that_never_started_gets_an_output_about_it() -> None:
    assert settled([call("a")], frozenset({"a"}))[1] == output("a", NOT_RUN_OUTPUT)


def test_an_output_without_its_call_is_dropped() -> None:
    assert settled([USER, output("lost"), ANSWER]) == [USER, ANSWER]


def test_reasoning_is_kept_only_with_the_item_after_it() -> None:
    assert settled([USER, REASONING, ANSWER]) == [USER, REASONING, ANSWER]
    assert settled([USER, REASONING, call("a"), output("a")])[1] == REASONING
    assert settled([USER, REASONING]) == [USER]
    assert settled([USER, REASONING, user_message("next")]) == [USER, user_message("next")]
    partial: Item = {"role": "assistant", "content": "cut"}
    assert settled([USER, REASONING, partial]) == [USER, partial]


def test_reasoning_items_without_an_item_after_them_are_all_dropped() -> None:
    assert settled([USER, REASONING, REASONING]) == [USER]


def test_an_interrupted_turn_keeps_its_message_known_outputs_and_partial_answer() -> None:
    turn = Turn(base=[], message=USER)
    turn.responded([call("a"), call("b"), call("c")])
    turn.started |= {"a", "b"}
    turn.output_known("a", output("a"))
    turn.partial = "so far"
    items = turn.settled_items()
    assert items[:5] == [USER, call("a"), call("b"), call("c"), output("a")]
    assert items[5:7] == [output("b", INTERRUPTED_OUTPUT), output("c", NOT_RUN_OUTPUT)]
    assert items[7]["role"] == "assistant"
    assert "so far" in str(items[7]["content"])
    assert "[interrupted]" in str(items[7]["content"])


def test_a_withdrawn_message_leaves_the_conversation() -> None:
    turn = Turn(base=[USER, ANSWER], message=user_message("refused"), withdrawn=True)
    turn.partial = "something"
    assert turn.settled_items() == [USER, ANSWER]


def test_a_withdrawn_answer_leaves_the_tool_calls() -> None:
    turn = Turn(base=[], message=USER)
    turn.responded([call("a")])
    turn.output_known("a", output("a"))
    turn.responded([ANSWER])
    turn.withdraw_answer()
    assert turn.settled_items() == [USER, call("a"), output("a")]


def test_a_change_has_what_stays_and_what_is_appended() -> None:
    ledger = Ledger()
    assert ledger.changed([], at=1) is None
    first = ledger.changed([USER, ANSWER], at=2)
    assert first is not None
    assert (first.keep, len(first.items)) == (0, 2)
    assert ledger.changed([USER, ANSWER], at=3) is None
    second = ledger.changed([USER, user_message("other")], at=4)
    assert second is not None
    assert (second.keep, msgspec.json.decode(second.items[0])) == (1, user_message("other"))
    third = ledger.changed([USER], at=5)
    assert third is not None
    assert (third.keep, third.items) == (1, ())


def test_unchanged_items_are_neither_sent_nor_encoded_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[Item] = []
    monkeypatch.setattr(
        "tui.worker.ledger.encoded",
        lambda item: encoded.append(item) or msgspec.json.encode(item),  # type: ignore[func-returns-value]
    )
    book = Ledger()
    history = [USER, ANSWER] * 500
    book.changed(history, at=0)
    encoded.clear()
    # A run's end brings the whole conversation as new objects.
    change = book.changed([*(dict(item) for item in history), call("a")], at=1)
    assert change is not None
    assert change.keep == 1000
    assert encoded == [call("a")]


def test_a_new_agent_alone_is_a_change() -> None:
    ledger = Ledger()
    ledger.changed([USER], at=1)
    ledger.agent = "Poet"
    change = ledger.changed([USER], at=2)
    assert change is not None
    assert (change.keep, change.items, change.agent) == (1, (), "Poet")


def test_a_dead_workers_conversation_is_made_valid_and_keeps_its_partial_answer() -> None:
    ledger = Ledger()
    left = [USER, call("a")]
    ledger.restore([msgspec.Raw(msgspec.json.encode(item)) for item in left], "Poet")
    items = ledger.after_death("once upon")
    assert items[:3] == [USER, call("a"), output("a", INTERRUPTED_OUTPUT)]
    assert items[3]["role"] == "assistant"
    assert "once upon" in str(items[3]["content"])
    assert validate_items([dict(item) for item in items]) == []


def test_a_call_of_a_dead_worker_that_never_started_is_not_said_to_have_completed() -> None:
    ledger = Ledger()
    left = [USER, call("a"), call("b")]
    ledger.restore([msgspec.Raw(msgspec.json.encode(item)) for item in left], "Poet")
    assert ledger.after_death("", ["b"]) == [
        *left, output("a", INTERRUPTED_OUTPUT), output("b", NOT_RUN_OUTPUT),
    ]  # fmt: skip


def test_restored_items_are_unchanged() -> None:
    ledger = Ledger()
    ledger.restore([msgspec.Raw(msgspec.json.encode(USER))], "Poet")
    assert ledger.items == [USER]
    assert ledger.changed([USER], at=1) is None


def test_resuming_after_a_partial_answer_asks_to_continue_it() -> None:
    ledger = Ledger()
    ledger.changed([USER, {"role": "assistant", "content": "cut"}], at=1)
    assert ledger.resume().message == user_message(RECOVERY_PROMPT)
    ledger.changed([USER, call("a"), output("a")], at=2)
    assert ledger.resume().message is None


def test_a_rewind_goes_back_to_the_users_last_message_and_its_agent() -> None:
    ledger = Ledger()
    ledger.agent = "Triage"
    ledger.started(ledger.begin("second"))
    ledger.agent = "Poet"
    cut: Item = {"role": "assistant", "content": "cut"}
    items = [USER, ANSWER, user_message("second"), cut, user_message(RECOVERY_PROMPT), ANSWER]
    ledger.changed(items, at=1)
    rewound = ledger.rewind()
    assert rewound is not None
    turn, prompt = rewound
    assert (turn.items(), prompt) == ([USER, ANSWER, user_message("second")], "second")
    assert turn.agent == "Triage"


def test_a_message_that_is_refused_when_it_is_continued_is_withdrawn_too() -> None:
    ledger = Ledger()
    cut: Item = {"role": "assistant", "content": "cut"}
    ledger.changed([USER, ANSWER, user_message("refused"), cut], at=1)
    turn = ledger.resume()
    assert turn.message == user_message(RECOVERY_PROMPT)
    turn.withdrawn = True
    assert turn.items() == turn.settled_items() == [USER, ANSWER]


def test_a_rewind_changes_nothing_before_it_starts() -> None:
    ledger = Ledger()
    ledger.agent = "Poet"
    ledger.changed([USER, ANSWER], at=1)
    rewound = ledger.rewind()
    assert rewound is not None
    assert ledger.items == [USER, ANSWER]
    ledger.started(rewound[0])
    change = ledger.changed(rewound[0].items(), at=2)
    assert change is not None
    assert (change.keep, change.items) == (1, ())


def test_there_is_nothing_to_rewind_in_an_empty_conversation() -> None:
    assert Ledger().rewind() is None


ITEMS = st.lists(
    st.one_of(
        st.just(USER),
        st.just(ANSWER),
        st.just(REASONING),
        st.sampled_from("abc").map(call),
        st.sampled_from("abc").map(output),
    ),
    max_size=12,
    unique_by=lambda item: (item.get("type"), item.get("call_id"), item.get("role")),
)


@given(ITEMS)
def test_settled_items_are_always_valid_for_the_api(items: list[Item]) -> None:
    ordered = [item for item in items if item.get("type") != "function_call_output"]
    outputs = [item for item in items if item.get("type") == "function_call_output"]
    done = [dict(item) for item in settled([*ordered, *outputs])]
    assert validate_items(done) == []
    assert settled(done) == done


@given(st.lists(st.lists(st.sampled_from("abcd").map(user_message), max_size=6), max_size=6))
def test_the_changes_add_up_to_the_history(histories: list[list[Item]]) -> None:
    ledger = Ledger()
    told: list[Item] = []
    for history in histories:
        change: HistoryChanged | None = ledger.changed(history, at=0)
        if change is not None:
            told[change.keep :] = [msgspec.json.decode(item) for item in change.items]
        assert told == history


def test_the_last_turn_start_ignores_the_recovery_prompt() -> None:
    assert last_turn_start([USER, ANSWER, user_message(RECOVERY_PROMPT)]) == 0
    assert last_turn_start([ANSWER]) is None
