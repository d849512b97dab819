"""What the dispatcher posts: plain data, so that any user interface can be built on it."""

import msgspec

from tui.core.conversation import Step
from tui.core.metrics import Figures


class StreamAdvanced(msgspec.Struct, frozen=True):
    """Events in order, each with what it changed, consecutive deltas joined.

    ``live`` is False for those of a stored session.
    """

    steps: tuple[Step, ...]
    live: bool = True


class FiguresChanged(msgspec.Struct, frozen=True):
    """The current figures."""

    figures: Figures


Fact = StreamAdvanced | FiguresChanged
