from typing import Any

from agents import FunctionTool, ModelSettings

from tui.protocol.request_digests import digest
from tui.worker.ledger import encoded
from tui.worker.model.requests.request_keeper import RequestKeeper

USER = {"role": "user", "content": "hi"}
SAID = {"type": "message", "role": "assistant", "content": "hello"}
LINE = ("", "Tester")


async def _no_tool(*_: object) -> str:
    return ""


def _tool(description: str) -> FunctionTool:
    return FunctionTool("add", description, {"type": "object"}, _no_tool)


def _request(
    given: object, instructions: str = "Be brief.", description: str = ""
) -> dict[str, Any]:
    return {
        "input": given,
        "system_instructions": instructions,
        "model_settings": ModelSettings(temperature=0.5),
        "tools": [_tool(description)],
        "handoffs": [],
        "output_schema": None,
    }


def _name(item: Any) -> str:
    return digest(encoded(item))


def test_a_request_is_kept_as_what_the_one_before_lacks() -> None:
    keeper, known = RequestKeeper(), [USER, SAID]
    first = keeper.request("c1", LINE, _request([USER]), known)
    again = keeper.request("c2", LINE, _request([dict(USER), dict(SAID)]), known)
    assert first is not None
    assert again is not None
    assert (first["items"], first["own"]) == ((_name(USER),), ())
    assert (again["after"], again["keep"], again["items"]) == ("c1", 1, (_name(SAID),))


def test_only_items_that_the_conversation_lacks_are_kept_whole() -> None:
    kept = RequestKeeper().request("c1", LINE, _request("only nested"), [USER])
    assert kept is not None
    (own,) = kept["own"]
    assert bytes(own.item) == b'{"role":"user","content":"only nested"}'
    assert kept["items"] == (own.digest,)


def test_the_form_is_kept_where_it_changes() -> None:
    keeper = RequestKeeper()
    requests = [_request([USER]), _request([USER]), _request([USER], description="Adds.")]
    given = [keeper.request(f"c{n}", LINE, one, [USER]) for n, one in enumerate(requests)]
    forms = [one["given"] if one is not None and "given" in one else None for one in given]
    assert [form is not None for form in forms] == [True, False, True]
    assert forms[0] is not None
    assert forms[0].settings == '{"temperature":0.5}'
    assert forms[0].tools[0].name == "add"


def test_another_recording_gets_everything_again() -> None:
    keeper = RequestKeeper()
    keeper.request("c1", LINE, _request([USER]), [USER])
    keeper.forget()
    kept = keeper.request("c2", LINE, _request([USER]), [USER])
    assert kept is not None
    assert "given" in kept
    assert "after" not in kept


def test_a_call_that_is_tried_again_is_kept_once() -> None:
    keeper = RequestKeeper()
    assert keeper.request("c1", LINE, _request([USER]), [USER]) is not None
    assert keeper.request("c1", LINE, _request([USER]), [USER]) is None
