"""The description of the API is valid, and says what the service does."""

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support.provider import Answer, Provide, ToolCall
from tests.web.conftest import Serve


def test_the_description_is_valid_and_needs_no_token(serve: Serve) -> None:
    described = serve().client(token=None).http.get("/openapi.json")
    assert described.status_code == 200
    OpenAPIV31SpecValidator(described.json()).validate()


def test_what_is_sent_is_what_is_described(serve: Serve, provide: Provide) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]), Answer("3"))
    client = serve(provider=provider).client()
    document = client.http.get("/openapi.json").json()
    session = client.new_session(user_context={"name": "Ann"})
    told = client.say(session, "1 + 2?")
    messages = document["paths"]["/sessions/{id}/messages"]["post"]
    events = messages["responses"]["200"]["content"]["text/event-stream"]["x-events"]
    assert {one.event for one in told} <= set(events)
    for one in told:
        check(document, events[one.event], one.data)
    for path, described in ((f"/sessions/{session}", "/sessions/{id}"), ("/sessions",) * 2,
                            ("/healthz",) * 2):  # fmt: skip
        answer = client.http.get(path)
        responses = document["paths"][described]["get"]["responses"]
        check(document, responses["200"]["content"]["application/json"]["schema"], answer.json())
    missing = client.http.get("/sessions/none")
    refused = document["paths"]["/sessions/{id}"]["get"]["responses"]["404"]
    check(document, refused["content"]["application/json"]["schema"], missing.json())


def test_a_checked_answer_can_fail(serve: Serve) -> None:
    document = serve().client().http.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/SessionList"}
    with pytest.raises(jsonschema.ValidationError):
        check(document, schema, {"sessions": [{"id": 1}]})


def check(document: object, schema: object, value: object) -> None:
    """Raise `jsonschema.ValidationError` unless the value is as the document describes it."""
    assert isinstance(document, dict)
    whole = {"components": document["components"], **dict(schema)}  # type: ignore[call-overload]
    jsonschema.Draft202012Validator(whole).validate(value)
