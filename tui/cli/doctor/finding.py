"""What a check found, and how to mend it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

Status = Literal["ok", "note", "warning", "failed", "skipped"]
MARKS: dict[Status, str] = {
    "ok": "✓", "note": "·", "warning": "!", "failed": "✗", "skipped": "-",
}  # fmt: skip


Values = Mapping[str, float | int | str | bool | None]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report."""

    area: str
    """``terminal``, ``agent``, ``endpoint`` or ``data``."""
    check: str
    status: Status
    text: str
    mend: str = ""
    """What to do; "" if nothing is wrong."""
    values: Values = {}
    """What was measured, for ``--json``; times in seconds."""


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing has failed; warnings do not count."""
    return all(one.status != "failed" for one in findings)


def shown(findings: Sequence[Finding]) -> list[str]:
    """The report's lines, by area."""
    lines: list[str] = []
    area = ""
    for one in findings:
        if one.area != area:
            lines += ["", one.area] if lines else [one.area]
            area = one.area
        lines.append(f"  {MARKS[one.status]} {one.check}: {one.text}")
        lines += [f"      → {line}" for line in one.mend.splitlines()]
    return lines
