"""What every figure on the screen means, in one line each."""

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("turn", "One message of yours and all that follows from it: model calls, tools, retries."),
    ("attempt", "One try of one model call; a call that is retried has several."),
    (
        "TTFT",
        "Time to first token: from the request going out to the attempt's first non-empty text, "
        "reasoning, refusal or tool-argument delta.",
    ),
    ("TTFO", "Time to first output: from the request going out to the first visible text."),
    ("turn TTFO", "From Enter to the turn's first visible text: what you waited."),
    ("ICL", "Inter-chunk latency: the gap between two consecutive non-empty deltas."),
    (
        "TPOT",
        "Time per output token: (last delta - first delta) / (n - 1), n the output tokens; "
        "reasoning tokens count only when they were streamed. Needs 8 deltas and 50 ms.",
    ),
    ("tok/s", "1 / TPOT. With ~: live, from the deltas of the last 5 s, an estimate."),
    (
        "e2e tok/s",
        "Output tokens / (attempt's end - the request going out): the wait for the first included.",
    ),
    (
        "n, out",
        "Output tokens as the provider counts them, reasoning tokens included; until it does, an "
        "estimate from the deltas, with ~. In and cached are the provider's alone.",
    ),
    ("events/s", "Raw stream events received / the attempt's duration."),
    ("E2E", "From Enter to the turn's last event."),
    (
        "waterfall",
        "Every instant of the turn belongs to one part: tool, else decode, wait for the first "
        "token, connect, prepare, back-off, approval, queue, runner; so they sum to E2E.",
    ),
    (
        "p50 p95",
        "In tables by model and agent: from the request going out to the attempt's end; by "
        "tool: around the invocation itself. Only of those that ended well by themselves.",
    ),
    ("interruptions", "Turns that were cancelled."),
    ("error rate", "Failed attempts / attempts."),
    ("goodput", "Attempts that ended well within every threshold / attempts."),
    ("recovery rate", "Turns that ended well after a failed attempt / turns with one."),
    (
        "cost",
        "Tokens at the prices of your settings, else of a list by server and model; cached ones at "
        "theirs. A model that is in neither has none.",
    ),
    ("~", "Estimated. — means: not available, which is not zero."),
    ("scripted", "An answer from a script, not from a model; kept out of the percentiles."),
)
