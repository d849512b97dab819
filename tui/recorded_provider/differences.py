"""How a request differs from the one in the recording that is most like it, in words. Pure."""

from collections.abc import Iterator, Sequence

from tui.recorded_provider.asked_request import AskedRequest
from tui.recorded_provider.item_pieces import INSTRUCTIONS, Piece, same_pieces

_BEFORE, _AFTER = 30, 120
"""Characters of a text before its first difference, and from there on."""


def likeness(recorded: AskedRequest, now: AskedRequest) -> tuple[int, int, int]:
    """The greater, the more alike both are."""
    same = same_pieces(recorded.pieces, now.pieces)
    apart = abs(len(recorded.pieces) - len(now.pieces))
    form = (recorded.tools_key == now.tools_key) + (recorded.settings == now.settings)
    return same - apart, form, recorded.model == now.model


def difference(recorded: AskedRequest, now: AskedRequest) -> str:
    """The first difference: ``message 3 differs: recorded result of add '4', now … '5'``."""
    return next(_differences(recorded, now), "nothing that can be shown differs")


def _differences(recorded: AskedRequest, now: AskedRequest) -> Iterator[str]:
    yield from _of_instructions(recorded, now)
    yield from _of_pieces(_conversation(recorded), _conversation(now))
    yield from _of_tools(recorded, now)
    yield from _of_settings(recorded, now)
    if recorded.model != now.model:
        yield f"the model differs: recorded {recorded.model!r}, now {now.model!r}"


def _of_instructions(recorded: AskedRequest, now: AskedRequest) -> Iterator[str]:
    before, after = _instructions(recorded), _instructions(now)
    if before and after and before.alike == after.alike:
        return
    if before and after:
        yield f"the instructions differ: {_both(before.text, after.text)}"
    elif before:
        yield f"there are no instructions: recorded {_quoted(before.text)}"
    elif after:
        yield f"the instructions are new: {_quoted(after.text)}"


def _of_pieces(recorded: Sequence[Piece], now: Sequence[Piece]) -> Iterator[str]:
    for number, (before, after) in enumerate(zip(recorded, now, strict=False), 1):
        if before.kind != after.kind:
            yield f"message {number} differs: recorded {_named(before)}, now {_named(after)}"
        elif before.alike != after.alike:
            both = _both(before.text, after.text)
            yield f"message {number} differs, the {_words(before.kind)}: {both}"
    if len(now) > len(recorded):
        number = len(recorded) + 1
        yield f"message {number} is new, the recording ends before it: {_named(now[number - 1])}"
    elif len(recorded) > len(now):
        number = len(now) + 1
        yield f"message {number} is missing: recorded {_named(recorded[number - 1])}"


def _of_tools(recorded: AskedRequest, now: AskedRequest) -> Iterator[str]:
    before = {tool.name: tool for tool in recorded.tools}
    after = {tool.name: tool for tool in now.tools}
    for name in before.keys() - after.keys():
        yield f"the tool {name} is missing"
    for name in after.keys() - before.keys():
        yield f"the tool {name} is new"
    for name, tool in before.items():
        if name in after and tool.digest != after[name].digest:
            if tool.description != after[name].description:
                both = _both(tool.description, after[name].description)
                yield f"the description of the tool {name} differs: {both}"
            else:
                both = _both(tool.parameters, after[name].parameters)
                yield f"the parameters of the tool {name} differ: {both}"


def _of_settings(recorded: AskedRequest, now: AskedRequest) -> Iterator[str]:
    for name in {**recorded.settings, **now.settings}:
        before, after = (str(one.settings.get(name, "none")) for one in (recorded, now))
        if before != after:
            words = "the output type differs" if name == "output" else f"{name} differs"
            yield f"{words}: {_both(before, after)}"


def _instructions(asked: AskedRequest) -> Piece | None:
    return next((one for one in asked.pieces[:1] if one.kind == INSTRUCTIONS), None)


def _conversation(asked: AskedRequest) -> Sequence[Piece]:
    return asked.pieces[1:] if _instructions(asked) else asked.pieces


def _words(kind: str) -> str:
    return kind if " " in kind else f"{kind} message"


def _named(one: Piece) -> str:
    return f"{_words(one.kind)} {_quoted(one.text)}"


def _both(recorded: str, now: str) -> str:
    """Both texts, from shortly before the place where they begin to differ."""
    pairs = enumerate(zip(recorded, now, strict=False))
    at = next((place for place, (a, b) in pairs if a != b), min(len(recorded), len(now)))
    return f"recorded {_quoted(recorded, at)}, now {_quoted(now, at)}"


def _quoted(text: str, at: int = 0) -> str:
    start = at - _BEFORE if at > _BEFORE + 1 else 0
    shown = text[start : at + _AFTER]
    before, after = "…" if start else "", "…" if at + _AFTER < len(text) else ""
    return f"'{before}{shown}{after}'"
