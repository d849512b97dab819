import subprocess
import sys

import httpx2
import openai
import pytest
from agents import MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError

from tests.demo.table import Table, orphans
from tui.demo.fault_acts import ACTS
from tui.demo.faults import FAULTS
from tui.demo.intents import intent_of


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_listed_prompt_of_a_fault_is_recognised(fault: tuple[str, str, str]) -> None:
    name, _, prompt = fault

    assert intent_of(prompt).fault == name


@pytest.mark.parametrize(
    ("prompt", "fault"),
    [
        ("act out a rate limit", "rate limit"),
        ("please simulate a connection reset", "reset"),
        ("giả lập giới hạn yêu cầu", "rate limit"),
        ("giả lập đứt kết nối", "reset"),
        ("dien thu loi may chu", "server"),
        ("diễn thử lỗi công cụ", "tool"),
    ],
)
def test_a_fault_is_recognised_in_other_words(prompt: str, fault: str) -> None:
    assert intent_of(prompt).fault == fault


def test_a_fault_without_a_name_gives_the_list() -> None:
    assert intent_of("which faults can you act out?").kind == "faults"


@pytest.mark.parametrize(
    ("name", "kind", "failures"),
    [
        ("rate limit", openai.RateLimitError, 1),
        ("refused", openai.APIConnectionError, 1),
        ("timeout", openai.APITimeoutError, 1),
        ("server", openai.InternalServerError, 2),
        ("reset", openai.APIConnectionError, 1),
        ("close", ModelBehaviorError, 1),
        ("failed", ModelBehaviorError, 1),
        ("cut", ModelBehaviorError, 1),
        ("auth", openai.AuthenticationError, 1),
        ("context", openai.BadRequestError, 1),
    ],
)
async def test_a_fault_fails_as_often_as_promised_and_then_recovers(
    table: Table, name: str, kind: type[Exception], failures: int
) -> None:
    first = await table.say(f"fault {name}")
    turns = [first, *[await table.play(table.items) for _ in range(failures)]]

    assert [type(turn.error) for turn in turns] == [kind] * failures + [type(None)]
    assert turns[-1].kinds[-1] == "response.completed"
    assert f"“{name}”" in turns[-1].text


@pytest.mark.parametrize("name", ["quota", "filter"])
async def test_some_faults_never_end(table: Table, name: str) -> None:
    first = await table.say(f"fault {name}")
    second = await table.play(table.items)

    assert first.error is not None
    assert type(second.error) is type(first.error)


async def test_a_fault_happens_again_when_it_is_asked_for_again(table: Table) -> None:
    await table.say("fault rate limit")
    await table.play(table.items)

    again = await table.say("fault rate limit")

    assert isinstance(again.error, openai.RateLimitError)


async def test_a_rate_limit_carries_what_a_real_one_does(table: Table) -> None:
    error = (await table.say("fault rate limit")).error

    assert isinstance(error, openai.RateLimitError)
    assert error.status_code == 429
    assert error.code == "rate_limit_exceeded"
    assert error.response.headers["retry-after"] == "2"
    assert error.response.json()["error"]["code"] == "rate_limit_exceeded"
    assert error.request_id


async def test_quota_differs_from_a_rate_limit(table: Table) -> None:
    error = (await table.say("fault quota")).error

    assert isinstance(error, openai.RateLimitError)
    assert error.code == "insufficient_quota"
    assert "retry-after" not in error.response.headers


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("refused", httpx2.ConnectError),
        ("timeout", httpx2.ConnectTimeout),
        ("reset", httpx2.ReadError),
    ],
)
async def test_a_lost_connection_has_its_real_cause(
    table: Table, name: str, cause: type[Exception]
) -> None:
    error = (await table.say(f"fault {name}")).error

    assert error is not None
    assert type(error.__cause__) is cause


@pytest.mark.parametrize("name", ["rate limit", "refused", "server", "quota", "auth"])
async def test_nothing_was_shown_before_these(table: Table, name: str) -> None:
    assert (await table.say(f"fault {name}")).events == []


@pytest.mark.parametrize("name", ["reset", "close", "failed", "cut", "filter"])
async def test_a_part_was_shown_before_these(table: Table, name: str) -> None:
    turn = await table.say(f"fault {name}")

    assert turn.text.startswith("The bridge of ropes")
    assert "firm ground" not in turn.text
    assert "response.completed" not in turn.kinds


async def test_a_stream_that_closes_has_no_last_event(table: Table) -> None:
    assert (await table.say("fault close")).kinds[-1] == "response.output_text.delta"


@pytest.mark.parametrize(
    ("name", "reason"), [("cut", "max_output_tokens"), ("filter", "content_filter")]
)
async def test_an_incomplete_answer_says_why(table: Table, name: str, reason: str) -> None:
    last = (await table.say(f"fault {name}")).events[-1]

    assert last.type == "response.incomplete"
    assert last.response.incomplete_details is not None
    assert last.response.incomplete_details.reason == reason
    assert last.response.usage is not None


async def test_a_cut_answer_can_be_continued(table: Table) -> None:
    partial = (await table.say("fault cut")).text

    rest = await table.play([*table.items, {"role": "assistant", "content": partial}])

    assert rest.error is None
    assert (partial + rest.text).startswith("The bridge of ropes")
    assert "you stand on firm ground" in partial + rest.text


@pytest.mark.parametrize("name", ["tool", "arguments"])
async def test_a_failing_tool_is_reported_and_survived(table: Table, name: str) -> None:
    turn = await table.say(f"fault {name}")

    assert turn.error is None
    assert "Error: " in turn.outputs[0]
    assert turn.outputs[0] in turn.text
    assert orphans(table.items) == []


async def test_a_loop_ends_at_the_limit_of_turns(table: Table) -> None:
    turn = await table.say("fault loop")

    assert isinstance(turn.error, MaxTurnsExceeded)
    assert {name for name, _ in turn.calls} == {"flip_coin"}


async def test_a_refusal_streams_as_one(table: Table) -> None:
    turn = await table.say("fault refusal")

    assert isinstance(turn.error, ModelRefusalError)
    assert "cannot help the dragon" in turn.deltas("response.refusal.delta")
    assert turn.text == ""


async def test_usage_can_be_missing(table: Table) -> None:
    assert (await table.say("fault usage")).usages == [None]


async def test_escapes_come_as_they_are_for_the_dashboard_to_clean(table: Table) -> None:
    text = (await table.say("fault escape")).text

    assert all(trick in text for trick in ("\x1b]0;", "\x07", "[@click=", "\u202e"))


def test_every_act_belongs_to_a_fault_that_is_listed() -> None:
    assert ACTS.keys() <= {fault.name for fault in FAULTS}


def test_the_list_of_faults_loads_no_sdk() -> None:
    code = "import sys, tui.demo.faults; print({'agents', 'openai', 'pydantic'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout == "set()\n"
