"""The base of every event."""

import msgspec


class Fact(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="type", tag=True
):
    at: int
    seq: int = 0
    """Numbers the worker's events from 1, so that a gap shows. 0: made in the UI process."""
    run: str = ""
