"""A settings file in which every setting is commented out, with what it means: `config init`."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tui.core.config import settings
from tui.core.config.checks import allowed, types_of
from tui.core.config.settings import Config
from tui.protocol import worker_settings

WIDTH = 100
EXAMPLES: Mapping[str, str] = {
    "prices": '# [prices."my-model"]     # US dollars per million tokens\n'
    "# input = 0.25\n# cached = 0.025\n# output = 2\n",
    "profiles": "# [profiles.work]         # a server by name: --profile work\n"
    '# base_url = "https://models.example.com/v1"\n# api = "chat"\n# model = "big-1"\n'
    '# key_env = "WORK_API_KEY"   # the variable that holds the key; the key itself never\n',
    "keys": '# [keys]                  # command = "key", or several with commas\n'
    '# retry = "ctrl+y,f6"\n',
}
"""Sections whose names are the user's."""


def commented_file() -> str:
    """Valid as it is: everything in it is the default."""
    lines = [
        "# Settings of streamtui. Each line with a name is commented out and shows its default:",
        "# remove the # in front to change it. `streamtui config show` says what is in force, and",
        "# where it comes from. Options and variables (STREAMTUI_SECTION_NAME) override this file.",
    ]
    for section, type_ in types_of(Config).items():
        lines.append("")
        lines += EXAMPLES[section].splitlines() if section in EXAMPLES else _section(section, type_)
    return "\n".join(lines) + "\n"


def _section(section: str, type_: Any) -> Iterator[str]:
    yield f"[{section}]"
    about = _words_about(type_)
    default = type_()
    for field in msgspec.structs.fields(type_):
        words = " ".join(about.get(field.name, "").split()).replace("``", "")
        words = words.replace("None:", "not set:").replace("`", "")
        for line in textwrap.wrap(words, WIDTH - 2):
            yield f"# {line}"
        value = getattr(default, field.encode_name)
        if value is None:
            yield f"# {field.name} =    # not set; {allowed(field.type)}"
        else:
            yield f"# {field.name} = {toml(value)}"


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml(str(name))} = {toml(held)}" for name, held in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return repr(value)


def _words_about(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What the source says below each field."""
    module = worker_settings if struct.__module__ == worker_settings.__name__ else settings
    try:
        tree = ast.parse(inspect.getsource(module))
    except OSError:
        return {}
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == struct.__name__:
            for one, after in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(one, ast.AnnAssign)
                    and isinstance(one.target, ast.Name)
                    and isinstance(after, ast.Expr)
                    and isinstance(after.value, ast.Constant)
                ):
                    found[one.target.id] = str(after.value.value)
    return found
