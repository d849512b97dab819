"""Records of requests, of when their answers were sent, and of connections."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.support.provider.conversation import (
    instructions_of,
    items_of,
    last_user_text,
    tool_names_of,
    tool_outputs_of,
)
from tests.support.provider.event import JsonObject
from tests.support.provider.validate import (
    validate_contents,
    validate_items,
    validate_messages,
)

Api = Literal["responses", "compact", "chat", "models", "unknown"]


@dataclass(slots=True)
class ConnectionRecord:
    """One TCP connection; times are ``time.monotonic_ns()``."""

    id: int
    opened_at: int
    closed_at: int | None = None


@dataclass(slots=True)
class RequestRecord:
    """One request and its answer; times are ``time.monotonic_ns()``."""

    number: int
    """1 for the first request of this provider."""
    api: Api
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: JsonObject
    connection_id: int
    arrived_at: int
    delta_times: list[int] = field(default_factory=list)
    """When each delta was handed to the socket."""
    finished_at: int | None = None
    """When the last byte of the answer was handed over, or the fault was injected."""
    client_closed_at: int | None = None
    """When the client closed the connection with the answer still unfinished."""

    @property
    def api_key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def echoed(self, text: str) -> str:
        """The text with ``{key}`` and ``{x-name}`` replaced by the client's key and header."""
        return re.sub(
            r"\{(x-[a-z-]+)\}",
            lambda found: self.headers.get(found[1], ""),
            text.replace("{key}", self.api_key),
        )

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def streams(self) -> bool:
        return self.body.get("stream") is True

    @property
    def items(self) -> list[JsonObject]:
        """The input items (Responses; a string becomes one item) or the messages (Chat)."""
        return items_of(self.body)

    @property
    def instructions(self) -> str:
        """The system prompt."""
        return instructions_of(self.body)

    @property
    def last_user_text(self) -> str:
        return last_user_text(self.items)

    @property
    def tool_outputs(self) -> dict[str, str]:
        """What tools returned since the last user message, by call id."""
        return tool_outputs_of(self.items)

    @property
    def tool_names(self) -> list[str]:
        """The tools and handoffs the request offers."""
        return tool_names_of(self.body)

    @property
    def problems(self) -> list[str]:
        """The rules of the API that this request breaks."""
        if self.api not in ("responses", "compact", "chat"):
            return []
        form = "chat" if self.api == "chat" else "responses"
        validate = validate_messages if form == "chat" else validate_items
        return [*validate(self.items), *validate_contents(self.items, form)]
