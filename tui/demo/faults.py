"""What the demo can act out: the list behind `/faults`.

Plain data, so that the UI can show it without loading the SDK. How each one is acted stands in
`tui/demo/acts.py`.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    name: str
    happens: str
    """One line: what the provider does, and how it ends."""
    prompt: str
    """What to type."""


FAULTS: tuple[Fault, ...] = (
    Fault(
        "rate limit",
        "429 with Retry-After: 2; the second attempt answers",
        "fault rate limit",
    ),
    Fault("refused", "the connection is refused; the second attempt answers", "fault refused"),
    Fault("timeout", "connecting times out; the second attempt answers", "fault timeout"),
    Fault("server", "503 twice; the third attempt answers", "fault server"),
    Fault("reset", "the connection is reset mid-text; the next attempt goes on", "fault reset"),
    Fault(
        "close",
        "the stream ends mid-text without a last event; the next attempt goes on",
        "fault close",
    ),
    Fault("failed", "response.failed mid-text; the next attempt goes on", "fault failed"),
    Fault("cut", "the answer is cut at max_output_tokens; Ctrl+R goes on", "fault cut"),
    Fault("filter", "a content filter ends the answer", "fault filter"),
    Fault("refusal", "the model declines, in words", "fault refusal"),
    Fault("slow", "8 seconds until the first token, then all is well", "fault slow"),
    Fault("stall", "20 seconds of silence mid-text, then it goes on", "fault stall"),
    Fault(
        "hang",
        "silence mid-text until the idle time-out; the next attempt goes on",
        "fault hang",
    ),
    Fault("tool", "a tool raises; the agent hears of it and goes on", "fault tool"),
    Fault("arguments", "a tool's arguments are not JSON; the agent goes on", "fault arguments"),
    Fault("loop", "a tool is called again and again, up to max turns", "fault loop"),
    Fault("quota", "429 insufficient_quota: never retried", "fault quota"),
    Fault("auth", "401, the key is refused; Ctrl+R answers", "fault auth"),
    Fault("context", "400, the conversation is too long; Ctrl+R answers", "fault context"),
    Fault("usage", "a good answer that reports no token counts", "fault usage"),
    Fault("escape", "the text holds terminal escapes and markup", "fault escape"),
)
