"""The 62 faults: their names, how each is retried, and the kinds of error it counts as."""

from typing import NamedTuple

from tui.protocol.events import Kind, RetryClass


class FaultSpec(NamedTuple):
    """A row of the table of faults."""

    name: str
    retry: str
    """A: automatically, B: automatically after a partial answer, M: on Ctrl+R, -: never."""
    kinds: tuple[Kind, ...] = ()


RETRY_CLASSES: dict[str, tuple[RetryClass, ...]] = {
    "A": ("automatic",),
    "B": ("after_partial",),
    "A/B": ("automatic", "after_partial"),
    "M": ("manual",),
    "-": ("never",),
}

SPECS = {
    1: FaultSpec("connection refused, DNS failure", "A", ("network",)),
    2: FaultSpec("TLS or connect time-out", "A", ("timeout",)),
    3: FaultSpec("reset before headers", "A", ("network",)),
    4: FaultSpec("reset mid-text", "B", ("network",)),
    5: FaultSpec("clean close mid-text, short chunk", "B", ("network",)),
    6: FaultSpec("reset in the second model call", "B", ("network",)),
    7: FaultSpec("no first event in time", "A", ("timeout",)),
    8: FaultSpec("idle mid-stream", "B", ("timeout",)),
    9: FaultSpec("only SSE comments arrive", "B", ("timeout",)),
    10: FaultSpec("slow but alive", "-"),
    11: FaultSpec("turn deadline", "M", ("timeout",)),
    12: FaultSpec("429 with Retry-After", "A", ("rate_limit",)),
    13: FaultSpec("429, wait above 120 s", "M", ("rate_limit",)),
    14: FaultSpec("insufficient_quota", "-", ("rate_limit",)),
    15: FaultSpec("408, 409", "A", ("timeout", "server")),
    16: FaultSpec("500-504, 529", "A", ("server",)),
    17: FaultSpec("401, 403, missing key", "M", ("auth",)),
    18: FaultSpec("404 model, 400, 422", "M", ("agent",)),
    19: FaultSpec("context too long, 413", "M", ("agent",)),
    20: FaultSpec("response.failed", "A/B", ("server", "rate_limit")),
    21: FaultSpec('error event, data: {"error": ...}', "A/B", ("server", "rate_limit")),
    22: FaultSpec("incomplete: max_output_tokens", "M", ("agent",)),
    23: FaultSpec("content filter", "-", ("guardrail",)),
    24: FaultSpec("no terminal event, [DONE] missing", "B", ("network",)),
    25: FaultSpec("Chat Completions: no finish_reason", "B", ("network",)),
    26: FaultSpec("empty stream", "A", ("server",)),
    27: FaultSpec("200 with HTML or JSON", "A", ("server",)),
    28: FaultSpec("malformed SSE JSON", "B", ("server",)),
    29: FaultSpec("bad UTF-8, corrupt gzip", "B", ("server",)),
    30: FaultSpec("UTF-8 split over chunks, CRLF, gzip", "-"),
    31: FaultSpec("duplicated or reordered deltas", "-"),
    32: FaultSpec("unknown event type", "-"),
    33: FaultSpec("usage missing", "-"),
    34: FaultSpec("refusal", "-", ("guardrail",)),
    35: FaultSpec("reasoning deltas", "-"),
    36: FaultSpec("tool arguments not JSON", "-", ("tool",)),
    37: FaultSpec("unknown tool", "M", ("agent",)),
    38: FaultSpec("tool raises (handled)", "-", ("tool",)),
    39: FaultSpec("tool raises (not handled)", "M", ("tool",)),
    40: FaultSpec("tool time-out", "-", ("tool",)),
    41: FaultSpec("tool hangs in sync code", "M", ("tool",)),
    42: FaultSpec("cancel mid-text", "M", ("cancelled",)),
    43: FaultSpec("cancel mid-tool", "M", ("cancelled",)),
    44: FaultSpec("cancel in backoff", "M", ("cancelled",)),
    45: FaultSpec("cancel before anything was sent", "M", ("cancelled",)),
    46: FaultSpec("input guardrail trips", "-", ("guardrail",)),
    47: FaultSpec("output guardrail trips", "-", ("guardrail",)),
    48: FaultSpec("max turns", "M", ("max_turns",)),
    49: FaultSpec("journal locked or disk full", "write only"),
    50: FaultSpec("journal corrupt or read-only", "-"),
    51: FaultSpec("a row that cannot be read", "-"),
    52: FaultSpec("two dashboards on one session", "-"),
    53: FaultSpec("kill -9 of the UI mid-stream", "M"),
    54: FaultSpec("SIGTERM, SIGHUP, terminal gone", "-"),
    55: FaultSpec("the worker dies", "M", ("worker",)),
    56: FaultSpec("user code prints, C code writes", "-"),
    57: FaultSpec("escapes, bidi, tags in any text", "-"),
    58: FaultSpec("markup in foreign text", "-"),
    59: FaultSpec("a 1 MB line; an endless code fence", "-"),
    60: FaultSpec("the key echoed in an error body", "-"),
    61: FaultSpec("a bug in streamtui", "M"),
    62: FaultSpec("agent module fails to load", "M", ("agent",)),
}
