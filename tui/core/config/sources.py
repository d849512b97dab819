"""Reads the settings: flags override the environment, which overrides the file.

The environment variable of a setting is ``STREAMTUI_<SECTION>_<NAME>``, as in
``STREAMTUI_TIMEOUTS_IDLE=90``; ``OPENAI_BASE_URL`` works as in the SDK.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import platformdirs

from tui.core.config.settings import Config
from tui.protocol.prices import Price

Values = Mapping[str, Mapping[str, Any]]
"""Section → name → value, as in the file."""

KeyCheck = Callable[[Mapping[str, str]], str]
"""Why a section ``keys`` cannot be used, in one sentence; "" if it can."""

PREFIX = "STREAMTUI_"

TOKEN_VARIABLE = "STREAMTUI_TOKEN"  # noqa: S105
"""No setting: the token of a server, ours or another."""


class ConfigError(Exception):
    """An invalid setting: the message has its source, its key and what is allowed."""


def default_path() -> Path:
    """``config.toml`` in the platform's folder for user settings."""
    return platformdirs.user_config_path("streamtui", appauthor=False) / "config.toml"


def load_config(
    path: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Values | None = None,
    key_problem: KeyCheck = lambda _: "",
) -> Config:
    """Merge the sources. ``path`` must exist if it is given; the default file need not.

    ``key_problem`` checks the section ``keys``. Raise `ConfigError`.
    """
    file = path or default_path()
    values = _from_file(file, key_problem) if path is not None or file.is_file() else {}
    merged = {name: dict(section) for name, section in values.items()}
    for source in (_from_environment(environment or {}), flags or {}):
        for name, section in source.items():
            merged.setdefault(name, {}).update(section)
    return msgspec.convert(merged, Config)


def _from_file(path: Path, key_problem: KeyCheck) -> Values:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    sections = _types_of(Config)
    for name, section in values.items():
        if name not in sections:
            raise ConfigError(f"{path}: {_unknown('section', name, sections)}")
        if not isinstance(section, dict):
            raise ConfigError(f"{path}: {name} is a section: write [{name}] on a line of its own")
        if name == "prices":
            _check_prices(str(path), section)
        elif name == "keys":
            _check_keys(str(path), section, key_problem)
        else:
            _check_section(str(path), name, section, sections[name])
    return values


def _check_section(source: str, name: str, section: Mapping[str, Any], type_: Any) -> None:
    types = _types_of(type_)
    for key, value in section.items():
        if key not in types:
            raise ConfigError(f"{source}: {_unknown('setting', key, types, prefix=f'{name}.')}")
        _checked(source, f"{name}.{key}", value, types[key])


def _check_prices(source: str, section: Mapping[str, Any]) -> None:
    types = _types_of(Price)
    for model, price in section.items():
        label = f'prices."{model}"'
        if not isinstance(price, dict):
            raise ConfigError(f"{source}: {label}: write {{ input = 0.25, output = 2 }}")
        for key, value in price.items():
            if key not in types:
                raise ConfigError(f"{source}: {_unknown('price', key, types)} in {label}")
            _checked(source, f"{label}.{key}", value, types[key])
        for key in ("input", "output"):
            if key not in price:
                raise ConfigError(f"{source}: {label} has no {key}")


def _check_keys(source: str, section: Mapping[str, Any], key_problem: KeyCheck) -> None:
    for binding, keys in section.items():
        _checked(source, f"keys.{binding}", keys, str)
    if problem := key_problem(section):
        raise ConfigError(f"{source}: {problem}")


def _from_environment(environment: Mapping[str, str]) -> Values:
    known = {
        f"{PREFIX}{section}_{key}".upper(): (section, key, type_)
        for section, section_type in _types_of(Config).items()
        if section not in {"keys", "prices"}
        for key, type_ in _types_of(section_type).items()
    }
    known["OPENAI_BASE_URL"] = known[f"{PREFIX}AGENT_BASE_URL"]
    values: dict[str, dict[str, Any]] = {}
    # Ours last, so that it overrides the vendor's.
    for variable in sorted(environment, key=lambda name: name.startswith(PREFIX)):
        text = environment[variable]
        if variable in known and text:
            section, key, type_ = known[variable]
            value = _checked(variable, f"{section}.{key}", text, type_, from_text=True)
            values.setdefault(section, {})[key] = value
        elif variable.startswith(PREFIX) and variable not in {*known, TOKEN_VARIABLE}:
            raise ConfigError(_unknown("environment variable", variable, known))
    return values


def _checked(source: str, key: str, value: Any, type_: Any, *, from_text: bool = False) -> Any:
    try:
        return msgspec.convert(value, type_, strict=not from_text)
    except msgspec.ValidationError as error:
        given = f"{value!r}" if isinstance(value, str) else f"{value}"
        raise ConfigError(f"{source}: {key} = {given}: expected {_allowed(type_)}") from error


def _unknown(what: str, name: str, known: Iterable[str], *, prefix: str = "") -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}"
    return f"unknown {what} {prefix}{name}; {hint}"


def _types_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(struct)}


def _allowed(type_: Any) -> str:
    """A type in words: ``"responses" or "chat"``, ``a number above 0``."""
    if get_origin(type_) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(type_))
    if get_origin(type_) is dict:
        return 'a table, as { name = "text" }'
    arguments = [a for a in get_args(type_) if a is not type(None)]
    if arguments and isinstance(arguments[-1], msgspec.Meta):
        return _allowed(arguments[0]) + _bounds(arguments[-1])
    if arguments:
        return " or ".join(map(_allowed, arguments))
    words = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    return words.get(type_, re.sub(r"\W+", " ", str(type_)))


def _bounds(meta: msgspec.Meta) -> str:
    words = {"gt": "above", "ge": "at least", "le": "at most", "lt": "below"}
    bounds = [f"{w} {getattr(meta, b)}" for b, w in words.items() if getattr(meta, b) is not None]
    return " " + " and ".join(bounds) if bounds else ""
