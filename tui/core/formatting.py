"""Text for times, counts and long strings."""

from datetime import datetime

MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
"""In nanoseconds."""

NOT_KNOWN = "—"


def counted(number: int, noun: str, plural: str = "") -> str:
    """As in "1 line", "1,200 lines", "2 retries"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(nanoseconds: int | None) -> str:
    """A duration with at most three digits: "12 ms", "1.25 s", "2 m 03 s"."""
    if nanoseconds is None:
        return NOT_KNOWN
    if nanoseconds < 999.5 * MILLISECOND:
        return "<1 ms" if nanoseconds < MILLISECOND else f"{nanoseconds / MILLISECOND:.0f} ms"
    seconds = nanoseconds / SECOND
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} m"


def call_time(nanoseconds: int | None, *, approximate: bool = False) -> str:
    """The time of a call, the same wherever the call is shown: "<1 ms", "12 ms", "~1 ms"."""
    text = duration(nanoseconds)
    return f"~{text.lstrip('<')}" if approximate and nanoseconds is not None else text


def stopwatch(nanoseconds: int) -> str:
    """A time so far, of constant width and cut off as a clock does: "00:04.2"."""
    tenths = max(0, nanoseconds) // (SECOND // 10)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes:02}:{tenths // 10:02}.{tenths % 10}"


def whole_seconds(seconds: float) -> str:
    """The seconds that something has lasted, cut off as a clock does: "16 s"."""
    return f"{int(seconds)} s"


def clock_time(wall: float) -> str:
    """Local time: "14:03:59"."""
    return datetime.fromtimestamp(wall).astimezone().strftime("%H:%M:%S")


def one_line(text: str, most: int = 500) -> str:
    """The first ``most`` characters of a text on one line."""
    return " ".join(text[:most].split())
