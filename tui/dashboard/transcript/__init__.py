"""The conversation, drawn as it streams: one widget with the line API, whatever the length.

From the inside out: ``splitter`` cuts Markdown into pieces, ``render`` draws a piece at a width,
``items`` and ``message`` stack pieces into what happened, ``layout`` knows where everything is,
``view`` scrolls and paints, ``widget`` has the verbs.
"""

from tui.dashboard.transcript.text_pace import Pace
from tui.dashboard.transcript.transcript_widget import Transcript

__all__ = ["Pace", "Transcript"]
