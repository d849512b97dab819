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

    def __init__(self, content_type: str = "") -> None:
        super().__init__("the stream was empty")
        self.content_type = content_type


class Unfinished(AttemptFailure):
    """The stream ended before the answer was complete."""

    def __init__(self) -> None:
        super().__init__("the stream ended before the answer was complete")


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

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code or "the provider reported an error")
        self.code = code
        self.message = message
