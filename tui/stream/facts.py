"""What the dispatcher posts: plain facts, which each face turns into what it shows."""

import msgspec

from tui.core.conversation import Step
from tui.core.metrics import Figures


class StreamAdvanced(msgspec.Struct, frozen=True):
    """Events in order, neighbouring deltas joined, each with what it changed.

    ``live``: they happen now. Else they are a stored session's, to be shown as it was.
    """

    steps: tuple[Step, ...]
    live: bool = True


class FiguresChanged(msgspec.Struct, frozen=True):
    """The figures as they stand now."""

    figures: Figures


Fact = StreamAdvanced | FiguresChanged
