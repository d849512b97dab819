"""What every figure on the screen means, in one or two sentences each."""

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("turn", "One message of yours and everything that follows: model calls, tools, retries."),
    ("attempt", "One try of a model call. A call that is retried has several."),
    (
        "TTFT",
        "Time to first token: from sending the request to the first non-empty delta of text, "
        "reasoning, refusal or tool arguments.",
    ),
    ("TTFO", "Time to first output: from sending the request to the first visible text."),
    ("turn TTFO", "From Enter to the first visible text of the turn: the time you waited."),
    ("ICL", "Inter-chunk latency: the time between two non-empty deltas. Max includes a stall."),
    (
        "TPOT",
        "Time per output token: (last delta - first delta) / (n - 1), where n is the number of "
        "output tokens. Reasoning tokens count only if they were streamed. Needs 8 deltas and "
        "50 ms.",
    ),
    (
        "tok/s, live",
        "tok/s: 1 / TPOT, once the attempt has ended. Live: an estimate from the deltas of the "
        "last 5 s, at the tokens per delta that the model's answers in this session had, once the "
        "provider has counted one.",
    ),
    (
        "peak, peak gap",
        "The largest bar of each sparkline. A bar is a half-second: the tok/s over the part of it "
        "in which anything streamed, or the longest gap. The bars are of several turns.",
    ),
    ("e2e tok/s", "Output tokens / (end of the attempt - sending the request)."),
    (
        "n, out",
        "Output tokens as the provider counts them, reasoning tokens included. Until the provider "
        "reports them: an estimate from the deltas, marked ~. In and cached are not estimated.",
    ),
    ("events/s", "Raw stream events received / duration of the attempt."),
    ("E2E", "From Enter to the last event of the turn; while it runs, the time so far."),
    ("errors, retries", "Beside E2E: of this turn. Below reliability: of the session."),
    (
        "waterfall",
        "The parts of a turn: tool, decode, stall, first token, request, prepare, back-off, "
        "approval, start, runner. Request: from sending it to the response's headers. Stall: from "
        "the last delta to the end of an answer that did not complete. When two overlap, the "
        "first in this list counts, so the parts add up to E2E.",
    ),
    (
        "p50 p95",
        "Percentiles. By model and agent: from sending the request to the end of the attempt. By "
        "tool: the duration of the call. Only attempts and calls that succeeded count.",
    ),
    ("interruptions", "Cancelled turns."),
    ("error rate", "Failed attempts / attempts."),
    ("goodput", "Successful attempts within every threshold / attempts."),
    ("recovery rate", "Turns that succeeded after a failed attempt / turns with a failed attempt."),
    (
        "cost",
        "Tokens at the prices in your settings, or else in the built-in list. Cached tokens have "
        "their own price. A model without a price has no cost.",
    ),
    ("~", "An estimate."),
    ("—", "Not available, which is not zero."),
    (
        "cached",
        "Beside tokens in: input tokens that the provider had in its own cache. Beside an answer, "
        "and as cached calls: the cache on this machine answered, and nothing was sent. Such calls "
        "are in no latency, rate or cost; what they would have used is what was saved.",
    ),
    (
        "scripted",
        "The answer came from a script or a recording, not from a model. Not part of the "
        "percentiles.",
    ),
)
