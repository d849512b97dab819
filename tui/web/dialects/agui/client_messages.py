"""A client's messages as items of a conversation: what a model may be sent. Pure.

Names, ids and arguments that a server would not take are mended where requests are sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from tui.protocol.agui.agui_messages import (
    ActivityMessage,
    AssistantMessage,
    BinaryPart,
    Content,
    ContentPart,
    DataSource,
    DeveloperMessage,
    DocumentPart,
    ImagePart,
    Message,
    ReasoningMessage,
    SystemMessage,
    TextPart,
    ToolMessage,
    UrlSource,
    UserMessage,
)
from tui.protocol.attached_files import PDF, TEXT, AttachmentError, checked, part_of
from tui.web.guards.pictures import checked_pictures
from tui.web.request_refusals import RefusedError

Item = dict[str, Any]


class UnsupportedContentError(Exception):
    """Part of a message cannot be sent to a model; the text says which and why."""


def is_said(message: Message) -> bool:
    """Whether it is part of the conversation: reasoning, activities and nested agents are not."""
    if isinstance(message, ActivityMessage | ReasoningMessage):
        return False
    return message.subagent_run_id is None


def items_of(messages: Iterable[Message]) -> list[Item]:
    """Raise `UnsupportedContentError`. Each call is followed by its result, wherever that was."""
    said = [message for message in messages if is_said(message)]
    results: dict[str, ToolMessage] = {}
    for message in said:
        if isinstance(message, ToolMessage):
            results.setdefault(message.tool_call_id, message)
    return list(_items(said, results))


def prompt_of(message: UserMessage) -> tuple[str, tuple[str, ...]]:
    """Its text, and the addresses of its pictures and files. Raise `UnsupportedContentError`."""
    return text_of(message.content), tuple(_attached(message.content))


def text_of(content: Content) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(part.text for part in content if isinstance(part, TextPart))


def context_item(context: Sequence[tuple[str, str]]) -> Item:
    """What the application wants the agent to know, as a message of the developer's."""
    lines = [f"- {description}: {value}" for description, value in context]
    text = "\n".join(["Context from the application, which the user may not see:", *lines])
    return {"role": "developer", "content": text}


def _items(said: Sequence[Message], results: dict[str, ToolMessage]) -> Iterator[Item]:
    called: set[str] = set()
    for message in said:
        match message:
            case UserMessage():
                yield from _user_item(message)
            case DeveloperMessage() | SystemMessage():
                role = "developer" if isinstance(message, DeveloperMessage) else "system"
                yield {"role": role, "content": message.content}
            case AssistantMessage():
                yield from _assistant_items(message, results, called)
            case ToolMessage() if message.tool_call_id not in called:
                # Of a call in the part of the conversation that stays as it is.
                called.add(message.tool_call_id)
                if results[message.tool_call_id] is message:
                    yield _output(message)


def _user_item(message: UserMessage) -> Iterator[Item]:
    """Nothing for an empty message, which no run has answered."""
    text, attached = prompt_of(message)
    if attached:
        parts = [part_of(address) for address in attached]
        yield {"role": "user", "content": [{"type": "input_text", "text": text}, *parts]}
    elif text.strip():
        yield {"role": "user", "content": text}


def _assistant_items(
    message: AssistantMessage, results: dict[str, ToolMessage], called: set[str]
) -> Iterator[Item]:
    if message.content:
        yield {"type": "message", "role": "assistant", "content": message.content}
    calls = [call for call in message.tool_calls or () if call.id not in called]
    for call in calls:
        called.add(call.id)
        yield {
            "type": "function_call",
            "call_id": call.id,
            "name": call.function.name,
            "arguments": call.function.arguments or "{}",
        }
    for call in calls:
        if call.id in results:
            yield _output(results[call.id])


def _output(message: ToolMessage) -> Item:
    text = text_of(message.content)
    if not isinstance(message.content, str):
        left = [part for part in message.content if not isinstance(part, TextPart)]
        text = "\n".join(filter(None, (text, *(f"[{_kind(part)}]" for part in left))))
    return {
        "type": "function_call_output",
        "call_id": message.tool_call_id,
        "output": text or message.error or "",
    }


def _attached(content: Content) -> Iterator[str]:
    if isinstance(content, str):
        return
    for part in content:
        match part:
            case TextPart():
                continue
            case ImagePart(source=DataSource(value=data, mime_type=kind)):
                yield _data_address(data, kind)
            case ImagePart(source=UrlSource(value=address)) if address.startswith("https://"):
                yield address
            case DocumentPart(source=DataSource(value=data, mime_type=kind), metadata=about):
                yield _file_address(data, kind, about)
            case BinaryPart(mime_type=kind, data=str(data)):
                yield _data_address(data, kind)
            case _:
                raise UnsupportedContentError(
                    f"a message has a part of the type {_kind(part)} that cannot be sent: "
                    "text, pictures as data or as https addresses, and PDFs and texts as data, can"
                )


def _data_address(data: str, kind: str) -> str:
    """Raise `UnsupportedContentError` unless it is a picture that models read."""
    try:
        return checked_pictures([f"data:{kind};base64,{data}"])[0]
    except RefusedError as error:
        raise UnsupportedContentError(error.message) from None


def _file_address(data: str, kind: str, about: object) -> str:
    """Raise `UnsupportedContentError` unless it is a PDF or text."""
    named = about.get("filename") if isinstance(about, dict) else None
    name = named if isinstance(named, str) else ""
    stated = PDF if kind == PDF else TEXT
    try:
        address = checked(
            f"data:{stated};name={quote(name, safe='')};base64,{data}", name or "a file"
        )
    except AttachmentError as error:
        raise UnsupportedContentError(str(error)) from None
    if not address.startswith((f"data:{PDF};", f"data:{TEXT};")):
        raise UnsupportedContentError(f"{name or 'a file'} is not a PDF, or text in UTF-8")
    return address


def _kind(part: ContentPart) -> str:
    return str(part.__struct_config__.tag)
