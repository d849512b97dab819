"""Feeds events through the fold and the translation, as the web service does."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ag_ui.core import Event as TheirEvents
from ag_ui_validate import ValidatorOptions, create_validator
from pydantic import BaseModel, TypeAdapter

from tui.core.conversation import Conversation, Step, fold
from tui.protocol.agui.agui_codec import encode_agui
from tui.protocol.agui.agui_events import KnownEvent
from tui.protocol.events import Event
from tui.web.dialects.agui.run_terms import Terms
from tui.web.dialects.agui.run_translation import RunTranslation

THEIR_EVENT: TypeAdapter[BaseModel] = TypeAdapter(TheirEvents)
PARTS_IN_A_RESULT = "TOOL_CALL_RESULT: field 'content' must be a string, got array"
"""ag-ui-validate 0.4 does not know yet that AG-UI 1.0 allows them; AG-UI's own models do."""


def steps_of(session: Iterable[Event], state: Conversation | None = None) -> list[Step]:
    steps = []
    state = state or Conversation()
    for event in session:
        state = fold(state, event)
        steps.append(Step(event, state.changes))
    return steps


def as_sent(events: Iterable[KnownEvent]) -> list[dict[str, Any]]:
    """As the client reads them; AG-UI's own models must take them."""
    sent = [encode_agui(event) for event in events]
    for one in sent:
        THEIR_EVENT.validate_json(one)
    return [json.loads(one) for one in sent]


def translated(
    session: Sequence[Event], *, run: str = "r1", **terms: Any
) -> tuple[RunTranslation, list[dict[str, Any]]]:
    """The translation after the session, and what it has sent."""
    translation = RunTranslation(Terms(thread="t", run="run", ours=run, **terms))
    sent = translation.begin()
    sent += translation.take(steps_of(session))
    return translation, as_sent(sent)


def found_by_validator(sent: Iterable[dict[str, Any]]) -> list[str]:
    """What ag-ui-validate finds in a whole stream, of any severity."""
    validator = create_validator(ValidatorOptions())
    found = []
    for event in sent:
        found += validator.feed(event)
    found += validator.finalize()
    return [f"{one.rule}: {one.message}" for one in found if one.message != PARTS_IN_A_RESULT]
