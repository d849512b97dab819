"""What a test of a row reports: the cells of its line in the printed table."""

import msgspec

PROPERTY = "fault"
"""Under this name pytest carries it from the process that ran the test."""


class Report(msgspec.Struct):
    """Filled in while the row is played."""

    row: int
    api: str = ""
    how: str = ""
    seen: list[str] = []
    requests: int = 0
    kept: str = ""
