"""Another model or server for the runs to come, and what a server has to choose from."""

import msgspec
import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, Gate, Provider, ToolCall
from tests.worker import hosted_items as recorded
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.hosted_items import base64_of
from tui.protocol.commands import ListModels, RestoreHistory, SetModel
from tui.protocol.events import AgentLoaded, AttemptStarted, ModelsListed
from tui.protocol.prices import Price
from tui.protocol.worker_settings import Endpoint, RunData

OTHER = {"responses": "chat", "chat": "responses"}
KEY = "k-of-the-other-0123456789"


def endpoint(provider: Provider, api: str, **more: object) -> Endpoint:
    return Endpoint(profile="other", base_url=provider.base_url, api=api, **more)  # type: ignore[arg-type]


def test_the_next_turn_goes_to_the_chosen_server_with_the_whole_conversation(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    one = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("Three."))
    other, again = provide(Answer("And on.")), Answer("Back.")
    worker = work("adder", one, api=api, env={"OTHER": KEY})
    assert worker.say("add").outcome == "ok"
    worker.send(SetModel(model="big", endpoint=endpoint(other, OTHER[api], key_env="OTHER")))
    loaded = worker.until(AgentLoaded, lambda event: event.profile == "other")
    assert (loaded.model, loaded.api) == ("big", OTHER[api])
    assert other.base_url.startswith(f"http://{loaded.host}/")
    ended = worker.say("go on")
    assert ended.output == "And on.", ended.problem
    (request,) = other.requests
    assert (request.api, request.model) == (OTHER[api], "big")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    said = str(request.items)
    for text in ("add", "Three.", "go on"):
        assert text in said
    one.append(again)
    worker.send(SetModel(model=""))
    assert worker.say("and back").output == "Back."
    assert "And on." in str(one.requests[-1].items)
    assert KEY not in str([dict(request.headers) for request in one.requests])
    assert one.problems == other.problems == []
    assert_shown_again(worker.events)


def test_a_server_that_was_left_keeps_its_reasoning_and_ids_for_itself(
    provide: StartProvider, work: StartWorker
) -> None:
    one = provide(Answer("Said.", reasoning=["because"]))
    other = provide(Answer("And on.", reasoning=["so"]), Answer("More."))
    worker = work("adder", one, api="responses")
    worker.say("go")
    kept = worker.history()
    assert [item["type"] for item in kept[1:]] == ["reasoning", "message"]
    worker.send(SetModel(model="m", endpoint=endpoint(other, "responses")))
    worker.say("on")
    first = other.requests[0].items
    assert [item.get("type") for item in first if item.get("role") != "user"] == ["message"]
    assert str(kept[2]["id"]) not in str(first)
    # What is kept is what came, and the server's own reasoning goes back to it.
    assert worker.history()[: len(kept)] == kept
    worker.say("more")
    reasons = [item for item in other.requests[1].items if item.get("type") == "reasoning"]
    assert len(reasons) == 1
    assert other.problems == []


def test_the_last_response_of_one_server_is_not_named_to_another(
    provide: StartProvider, work: StartWorker
) -> None:
    one, other = provide(Answer("one")), provide(Answer("two"), Answer("three"))
    run = RunData(auto_previous_response_id=True)
    worker = work("adder", one, api="responses", run=run)
    worker.say("first")
    worker.send(SetModel(model="m", endpoint=endpoint(other, "responses")))
    worker.say("second")
    assert "previous_response_id" not in other.requests[0].body
    assert len(other.requests[0].items) == 3
    worker.say("third")
    assert other.requests[1].body["previous_response_id"]
    assert len(other.requests[1].items) == 1


@pytest.mark.parametrize(
    ("item", "known"),
    [
        ("WEB", "moon"), ("FILES", "The ebb is low."), ("CODE", "6 * 7"), ("IMAGE", "a calm sea"),
        ("CALL", "high at noon"), ("SHELL_CALL", "map.txt"),
    ],
)  # fmt: skip
def test_what_a_provider_ran_is_told_to_the_other_api(
    item: str, known: str, provide: StartProvider, work: StartWorker
) -> None:
    items = [getattr(recorded, item)]
    if item == "SHELL_CALL":
        items.append(recorded.SHELL_OUTPUT)
    one, other = provide(Answer("Found.", items=items)), provide(Answer("And on."))
    worker = work("contained" if item == "SHELL_CALL" else "hosted", one, api="responses")
    assert worker.say("go").outcome == "ok"
    history = tuple(msgspec.Raw(msgspec.json.encode(kept)) for kept in worker.history())
    # Chat Completions has no such tools: an agent without them continues.
    plain = work("plain", one, api="responses")
    plain.send(RestoreHistory(items=history))
    plain.send(SetModel(model="m", endpoint=endpoint(other, "chat")))
    ended = plain.say("on")
    assert (ended.outcome, ended.output) == ("ok", "And on."), ended.problem
    said = str(other.requests[0].items)
    assert known in said
    assert base64_of(recorded.PICTURE) not in said
    assert other.problems == []


def test_a_choice_during_a_run_counts_for_the_next(
    provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    one, other = provide(Answer("one", gates={0: gate})), provide(Answer("two"))
    worker = work("adder", one)
    run = worker.start("go")
    worker.until(AttemptStarted)
    price = Price(input=1, output=2)
    chosen = endpoint(other, "chat", prices={"m": price}, idle_timeout=7.0)
    worker.send(SetModel(model="m", endpoint=chosen))
    worker.until(AgentLoaded, lambda event: event.profile == "other")
    gate.open()
    assert worker.finished(run).output == "one"
    assert worker.say("on").output == "two"


@pytest.mark.parametrize("named", [True, False])
def test_a_server_lists_its_models(named: bool, provide: StartProvider, work: StartWorker) -> None:
    one, other = provide(), provide()
    worker = work("adder", one)
    worker.send(ListModels(endpoint=endpoint(other, "chat") if named else None))
    listed = worker.until(ModelsListed)
    assert listed.models == ("scripted",)
    asked = other if named else one
    assert asked.base_url.startswith(f"http://{listed.host}/")
    assert (listed.profile, listed.problem) == ("other" if named else "", "")


def test_a_server_without_a_list_says_so_and_one_that_is_away_says_why(
    provide: StartProvider, work: StartWorker
) -> None:
    one = provide()
    worker = work("adder", one)
    nowhere = Endpoint(profile="a", base_url=f"{one.base_url}/none")
    worker.send(ListModels(endpoint=nowhere))
    listed = worker.until(ModelsListed, lambda event: event.profile == "a")
    assert listed.problem == "it does not list its models (no GET /models)"
    worker.send(ListModels(endpoint=Endpoint(profile="b", base_url="http://127.0.0.1:9/v1")))
    assert worker.until(ModelsListed, lambda event: event.profile == "b").problem
    missing = Endpoint(profile="c", base_url="https://api.openai.com/v1", key_env="NOT_SET")
    worker.send(ListModels(endpoint=missing))
    assert worker.until(ModelsListed, lambda event: event.profile == "c").problem


def test_a_local_server_is_asked_for_a_model_if_nothing_names_one(
    provide: StartProvider, work: StartWorker
) -> None:
    one = provide(Answer("fine"), Answer("fine"))
    worker = work("adder", one, model=None, profile="ollama", api="chat")
    assert worker.loaded().model == "scripted"
    assert "ollama has the model scripted, which is used" in worker.loaded().notices
    assert worker.say("go").outcome == "ok"
    assert one.requests[-1].model == "scripted"
