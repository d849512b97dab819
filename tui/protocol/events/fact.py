"""What every event has."""

import msgspec


class Fact(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="type", tag=True
):
    at: int
    seq: int = 0
    """Counts the worker's events from 1, so that a gap can be seen. 0: made in the UI process."""
    run: str = ""
