"""The faults that the demo can act out: the list behind `/faults`.

Plain data, so that the UI can show it without loading the SDK. `tui/demo/fault_acts.py` acts
them out.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    name: str
    happens: str
    """One line: what the provider does, and how it ends."""
    prompt: str
    """What to type."""


_HAPPENS = {
    "rate limit": "429 with Retry-After: 2; the second attempt answers",
    "refused": "the connection is refused; the second attempt answers",
    "timeout": "connecting times out; the second attempt answers",
    "server": "503 twice; the third attempt answers",
    "reset": "the connection is reset mid-text; the next attempt continues",
    "close": "the stream ends mid-text without a final event; the next attempt continues",
    "failed": "response.failed mid-text; the next attempt continues",
    "cut": "the answer is cut at max_output_tokens; a retry continues it",
    "filter": "a content filter ends the answer",
    "refusal": "the model refuses to answer",
    "slow": "8 seconds until the first token, then a normal answer",
    "stall": "20 seconds of silence mid-text, then the rest of the answer",
    "hang": "silence mid-text until the idle timeout; the next attempt continues",
    "tool": "a tool raises; the agent gets the error and answers",
    "arguments": "a tool's arguments are not JSON; the agent gets the error and answers",
    "loop": "a tool is called again and again, up to max turns",
    "quota": "429 insufficient_quota; never retried",
    "auth": "401, the key is rejected; a retry answers",
    "context": "400, the conversation is too long; a retry answers",
    "usage": "a normal answer without token counts",
    "escape": "the text contains terminal escapes and markup",
}
FAULTS = tuple(Fault(name, happens, f"fault {name}") for name, happens in _HAPPENS.items())
