"""Failures that the worker detects in a model's stream."""

from agents.exceptions import AgentsException


class AttemptFailure(AgentsException):
    """An attempt without a complete answer."""


class NoFirstEvent(AttemptFailure):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"no response in {seconds:g} s")
        self.seconds = seconds


class Stalled(AttemptFailure):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"no event for {seconds:g} s")
        self.seconds = seconds


class EmptyAnswer(AttemptFailure):
    """The stream ended without an event."""

    def __init__(self, content_type: str = "", page: bytes = b"") -> None:
        super().__init__("the stream was empty")
        self.content_type = content_type
        self.page = page
        """What arrived instead of a stream."""


class Unfinished(AttemptFailure):
    """The stream ended before the answer was complete."""

    def __init__(self) -> None:
        super().__init__("the stream ended before the answer was complete")


class UnaskedStream(AttemptFailure):
    """The answer was to come whole, and the server streamed it."""

    def __init__(self) -> None:
        super().__init__("the server sent a stream that was not asked for")


class TurnDeadline(AgentsException):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"the turn took longer than {seconds:g} s")
        self.seconds = seconds


class CutShort(AttemptFailure):
    """The provider ended the answer: ``max_output_tokens``, ``content_filter``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the answer was cut: {reason}")
        self.reason = reason


class ProviderFailure(AttemptFailure):
    """The provider reported a failure in the stream."""

    def __init__(self, code: str, message: str, body: object = None) -> None:
        super().__init__(message or code or "the provider reported an error")
        self.code = code
        self.message = message
        self.body = body
        """All that the server has sent of it."""


def provider_failure(error: object) -> ProviderFailure:
    """The failure that an event, or the error in one, reports."""
    dump = getattr(error, "model_dump", None)
    body = dump(exclude_unset=True, warnings=False) if dump else error
    if isinstance(body, dict) and body.get("type") in {"error", "response.error"}:
        # Of an event, this is not the error's own type.
        del body["type"]
    return ProviderFailure("", "", body)
