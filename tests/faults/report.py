"""The report of one test: the cells of its line in the printed table."""

import msgspec

PROPERTY = "fault"
"""The name under which pytest passes it on from the process that ran the test."""


class Report(msgspec.Struct):
    """Filled in while the test runs."""

    row: int
    api: str = ""
    how: str = ""
    seen: list[str] = []
    requests: int = 0
    kept: str = ""
