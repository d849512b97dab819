"""The conversation, drawn as it streams: one widget with the line API, at any length.

What is said: `item_list` holds the items (`transcript_items`, `message_items`), which are
stacks of units (`transcript_units`); `text_intake` takes in text that streams. Markdown is cut into
pieces by `splitter` and drawn by `render`. Where it is: `line_layout` knows the line of everything
at one width, `window` which lines are in view. What is seen: `painter` adds what `reader`, `search`
and `selection` mark, and `frame_loop` decides when. `transcript_widget` connects them to Textual.
"""

from tui.dashboard.transcript.text_pace import Pace
from tui.dashboard.transcript.transcript_widget import Transcript

__all__ = ["Pace", "Transcript"]
