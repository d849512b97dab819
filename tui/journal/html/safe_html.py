"""Text as HTML in which nothing of it can act: everything is escaped, links are only followed."""

import base64
import html
import time
from typing import Final

from markdown_it import MarkdownIt

from tui.core.sanitize.characters import clean
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment

_PICTURES: Final = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
"""An SVG is a document of its own, so it is not shown."""

# Without raw HTML, and without pictures from elsewhere.
_MARKDOWN: Final = (
    MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
)


def escaped(text: str) -> str:
    """For an element or an attribute."""
    return html.escape(clean(text))


def from_markdown(text: str) -> str:
    """Markdown; addresses that could run something are left as text."""
    made: str = _MARKDOWN.render(clean(text))
    return f'<div class="text">{made.replace("<a href=", _LINK)}</div>'


_LINK: Final = '<a rel="noopener noreferrer nofollow" href='


def block(text: str) -> str:
    """Text as it is, in a frame."""
    return f"<pre>{escaped(text)}</pre>" if text else ""


def plain(text: str) -> str:
    return f'<div class="text plain">{escaped(text)}</div>'


def moment(wall: float) -> str:
    """The time of day, with the date shown on hover; "" if it is not known."""
    if not wall:
        return ""
    at = time.localtime(wall)
    full = time.strftime("%Y-%m-%dT%H:%M:%S%z", at)
    day = time.strftime("%Y-%m-%d %H:%M:%S", at)
    return f' <time datetime="{full}" title="{day}">{time.strftime("%H:%M:%S", at)}</time>'


def picture(attachment: Attachment) -> str:
    """A picture inline; of anything else, what it is."""
    words = escaped(described(attachment))
    if attachment.media_type not in _PICTURES or not attachment.data:
        return f'<p class="muted">{words}</p>'
    data = base64.b64encode(attachment.data).decode("ascii")
    return f'<p><img alt="{words}" src="data:{attachment.media_type};base64,{data}"></p>'
