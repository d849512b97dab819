"""What an answer has besides its text: the sources that it cites, audio, unknown parts."""

from typing import Literal

import msgspec

from tui.protocol.events.attachment import Attachment
from tui.protocol.events.fact import Fact

SourceKind = Literal["url", "file", "container_file", "file_path", "other"]


class Source(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an answer refers to, as the server names it; "" for what it leaves out."""

    kind: SourceKind
    title: str = ""
    """The title of a page, or the name of a file."""
    url: str = ""
    file_id: str = ""
    container_id: str = ""


class SourcesCited(Fact, frozen=True, kw_only=True):
    """More sources of a part of an answer, in the order in which they were cited."""

    call: str
    sources: tuple[Source, ...]
    attempt: int = 1
    part: int = 0


class MediaReceived(Fact, frozen=True, kw_only=True):
    """A part of an answer that is neither text nor a refusal: audio, or of a type not known."""

    call: str
    name: str
    """What the server calls it: ``audio``, or the type of the part."""
    attempt: int = 1
    text: str = ""
    """A transcript, or what else it holds, as JSON."""
    attachments: tuple[Attachment, ...] = ()
