"""What a model call asks for and gets, whole: kept so that a recording can answer it again.

The conversation is in the recording already (`HistoryChanged`). So items are named by the digest of
their JSON, and only those that no `HistoryChanged` has, as in the calls of nested agents, come in
``own``. Those are opaque JSON, never shown, cleaned or masked.
"""

import msgspec

from tui.protocol.events.fact import Fact


class RequestedTool(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A function or a handoff that a request offers."""

    name: str
    digest: str
    """Of its description and its parameters, which are masked here."""
    description: str = ""
    parameters: str = ""
    """The JSON schema, as text."""


class KeptItem(msgspec.Struct, frozen=True):
    digest: str
    item: msgspec.Raw


class RequestForm(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a request has besides the conversation."""

    instructions: str = ""
    instructions_digest: str = ""
    """Of the instructions as they were sent, which are masked here."""
    tools: tuple[RequestedTool, ...] = ()
    settings: str = ""
    """A JSON object: temperature, tool_choice, the schema of the output …"""


class RequestKept(Fact, frozen=True, kw_only=True):
    call: str
    form: str
    """Names the request's form."""
    given: RequestForm | None = None
    """The form itself, where it is the first of this name in the conversation."""
    after: str = ""
    """The call whose request this one begins like; "": none."""
    keep: int = 0
    """How many items of that request it begins with."""
    items: tuple[str, ...] = ()
    """Digests of the items that follow."""
    own: tuple[KeptItem, ...] = ()
    previous_response: str = ""
    """The server's id of the answer that it continues: the server knows what was before."""
    conversation: str = ""
    """The server's id of the conversation that it keeps."""


class AnswerKept(Fact, frozen=True, kw_only=True):
    call: str
    items: tuple[str, ...]
    """Digests of the answer's items."""
    own: tuple[KeptItem, ...] = ()
    response_id: str = ""
    """The server's."""
