"""What is new in the messages of a client."""

import pytest

from tui.protocol.agui.agui_messages import (
    AssistantMessage,
    FunctionCall,
    Message,
    ReasoningMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from tui.protocol.agui.run_agent_input import RunAgentInput
from tui.web.dialects.agui.thread_memory import NothingNewError, Plan, ThreadMemory


def user(id_: str, text: str = "") -> UserMessage:
    return UserMessage(id=id_, content=text or id_)


def answer(id_: str) -> AssistantMessage:
    return AssistantMessage(id=id_, content=id_)


def given(*messages: Message) -> RunAgentInput:
    return RunAgentInput(thread_id="t", run_id="r", messages=messages)


def after(memory: ThreadMemory, ledger: int, *messages: Message, answered: str) -> Plan:
    """A turn that has ended well."""
    plan = memory.plan(given(*messages), ledger)
    memory.begun(plan, ())
    memory.messages = (*messages, answer(answered))
    return plan


@pytest.fixture
def memory() -> ThreadMemory:
    """Two turns: the ledger has four items."""
    memory = ThreadMemory()
    assert after(memory, 0, user("1"), answered="a").keep == 0
    assert after(memory, 2, user("1"), answer("a"), user("2"), answered="b").keep == 2
    return memory


def test_what_follows_is_new(memory: ThreadMemory) -> None:
    plan = memory.plan(given(user("1"), answer("a"), user("2"), answer("b"), user("3")), 4)
    assert (plan.keep, plan.add, plan.prompt) == (4, (), "3")


def test_only_the_new_message_may_be_sent(memory: ThreadMemory) -> None:
    plan = memory.plan(given(user("3")), 4)
    assert (plan.keep, plan.add, plan.prompt) == (4, (), "3")


def test_an_edited_message_starts_its_turn_over(memory: ThreadMemory) -> None:
    plan = memory.plan(given(user("1"), answer("a"), user("2", "edited")), 4)
    assert (plan.keep, plan.add, plan.prompt) == (2, (), "edited")
    plan = memory.plan(given(user("1", "edited")), 4)
    assert (plan.keep, plan.add, plan.prompt) == (0, (), "edited")


def test_without_its_answer_a_message_is_answered_again(memory: ThreadMemory) -> None:
    plan = memory.plan(given(user("1"), answer("a"), user("2")), 4)
    assert (plan.keep, plan.prompt) == (2, "2")


def test_an_edited_answer_wins(memory: ThreadMemory) -> None:
    plan = memory.plan(given(user("1"), answer("other"), user("2")), 4)
    assert (plan.keep, plan.prompt) == (0, "2")
    assert [item["content"] for item in plan.add] == ["1", "other"]


def test_what_nobody_said_makes_no_difference(memory: ThreadMemory) -> None:
    thought = ReasoningMessage(id="r", content="hm")
    nested = AssistantMessage(id="n", content="inner", subagent_run_id="s")
    messages = (user("1"), thought, answer("a"), user("2"), nested, answer("b"), user("3"))
    assert memory.plan(given(*messages), 4).keep == 4


@pytest.mark.parametrize("removed", [0, 1])
def test_nothing_new_cannot_be_answered(memory: ThreadMemory, removed: int) -> None:
    messages = memory.messages[: len(memory.messages) - removed * 2]
    with pytest.raises(NothingNewError):
        memory.plan(given(*messages), 4)
    with pytest.raises(NothingNewError):
        ThreadMemory().plan(given(), 0)


def test_the_result_of_a_clients_tool_continues_without_a_message() -> None:
    memory = ThreadMemory()
    call = ToolCall(id="c", function=FunctionCall(name="paint", arguments="{}"))
    asked = AssistantMessage(id="a", tool_calls=(call,))
    plan = memory.plan(given(user("1")), 0)
    memory.begun(plan, ())
    memory.messages = (user("1"), asked)
    result = ToolMessage(id="t", tool_call_id="c", content="red")
    plan = memory.plan(given(user("1"), asked, result), 2)
    assert (plan.keep, plan.prompt) == (2, None)
    assert plan.add == ({"type": "function_call_output", "call_id": "c", "output": "red"},)


def test_a_client_that_knows_more_than_the_service_is_believed() -> None:
    memory = ThreadMemory()
    assert after(memory, 7, user("3"), answered="c").keep == 7
    edited = memory.plan(given(user("3", "edited")), 9)
    assert (edited.keep, edited.prompt) == (7, "edited")
    whole = (user("1"), answer("a"), user("3"), answer("c"), user("4"))
    plan = memory.plan(given(*whole), 9)
    assert (plan.keep, len(plan.add), plan.prompt) == (0, 4, "4")


def test_a_restarted_service_takes_the_clients_word() -> None:
    plan = ThreadMemory().plan(given(user("1"), answer("a"), user("2")), 7)
    assert (plan.keep, len(plan.add), plan.prompt) == (0, 2, "2")
    plan = ThreadMemory().plan(given(user("3")), 7)
    assert (plan.keep, plan.add, plan.prompt) == (7, (), "3")
