"""Which offered tool a model means by the name that it wrote. Pure."""

from collections.abc import Collection

_PREFIXES = ("functions.", "function.", "functions/", "tools.", "default_api.")
"""Rooms of functions in the templates of models, which some write with the name."""
_CONTROL_TOKEN = "<|"  # noqa: S105 (the beginning of a template's token)


def offered_name(written: str, offered: Collection[str]) -> str:
    """The offered tool with this name, or the only one it can mean; else the name unchanged.

    Models add spaces, the room of their template, one of its tokens, or change the case.
    """
    if written in offered or not written:
        return written
    name = written.split(_CONTROL_TOKEN, maxsplit=1)[0].strip()
    for prefix in _PREFIXES:
        if name.startswith(prefix) and name.removeprefix(prefix):
            name = name.removeprefix(prefix)
            break
    if name in offered:
        return name
    alike = [one for one in offered if one.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else written
