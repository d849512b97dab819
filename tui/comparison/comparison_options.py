"""What `streamtui compare` was asked for."""

from pathlib import Path

import msgspec

from tui.comparison.column_plan import ColumnPlan


class ComparisonOptions(msgspec.Struct, frozen=True, kw_only=True):
    """``prompt`` is sent once all agents are loaded; "" waits for one to be typed."""

    plans: tuple[ColumnPlan, ...]
    prompt: str = ""
    report: Path | None = None
    """Written after each prompt: as JSON if it ends with .json, else as Markdown."""

    @property
    def plays(self) -> bool:
        """The columns are recordings."""
        return any(plan.play is not None for plan in self.plans)
