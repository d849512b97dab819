"""Checks settings as they are in a file, and says in words what is allowed. Pure."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from tui.core.config.settings import Profile, Thresholds, Timeouts
from tui.protocol.prices import Price

KeyCheck = Callable[[Mapping[str, str]], str]
"""Why a section ``keys`` cannot be used, in one sentence; "" if it can."""

_VARIABLE = re.compile(r"[A-Za-z_]\w*")
_PARTS: Mapping[str, type[msgspec.Struct]] = {"timeouts": Timeouts, "thresholds": Thresholds}
"""Sections that a profile may hold."""


class ConfigError(Exception):
    """An invalid setting: the message has its source, its key and what is allowed."""


def check_profiles(source: str, section: Mapping[str, Any]) -> None:
    """The sections ``[profiles.NAME]``. Raise `ConfigError`."""
    types = types_of(Profile)
    for name, profile in section.items():
        label = f"profiles.{name}"
        if not isinstance(profile, dict):
            raise ConfigError(f"{source}: {label} is a section: write [{label}]")
        for key, value in profile.items():
            if key in {"key", "api_key", "token"}:
                raise ConfigError(
                    f"{source}: {label}.{key}: a key is no setting: write key_env = "
                    '"NAME", the environment variable that holds it'
                )
            if key not in types:
                raise ConfigError(f"{source}: {unknown('setting', key, types)} in {label}")
            if key in _PARTS or key == "prices":
                if not isinstance(value, dict):
                    raise ConfigError(f"{source}: {label}.{key}: write [{label}.{key}]")
            else:
                checked(source, f"{label}.{key}", value, types[key])
        for part, type_ in _PARTS.items():
            check_section(source, part, profile.get(part, {}), type_, within=f"{label}.")
        check_prices(source, profile.get("prices", {}), within=f"{label}.")
        check_variable(source, f"{label}.key_env", profile.get("key_env"))


def check_variable(source: str, label: str, name: str | None) -> None:
    """The name of a variable; a key in its place is not quoted. Raise `ConfigError`."""
    if name is not None and not (_VARIABLE.fullmatch(name) and len(name) < 100):
        raise ConfigError(
            f"{source}: {label} must be the name of an environment variable, not a key"
        )


def check_section(
    source: str, name: str, section: Mapping[str, Any], type_: Any, *, within: str = ""
) -> None:
    """Every setting of a section. Raise `ConfigError`."""
    types = types_of(type_)
    for key, value in section.items():
        if key not in types:
            raise ConfigError(
                f"{source}: {unknown('setting', key, types, prefix=f'{within}{name}.')}"
            )
        checked(source, f"{within}{name}.{key}", value, types[key])


def check_prices(source: str, section: Mapping[str, Any], *, within: str = "") -> None:
    """Prices by model. Raise `ConfigError`."""
    types = types_of(Price)
    for model, price in section.items():
        label = f'{within}prices."{model}"'
        if not isinstance(price, dict):
            raise ConfigError(f"{source}: {label}: write {{ input = 0.25, output = 2 }}")
        for key, value in price.items():
            if key not in types:
                raise ConfigError(f"{source}: {unknown('price', key, types)} in {label}")
            checked(source, f"{label}.{key}", value, types[key])
        for key in ("input", "output"):
            if key not in price:
                raise ConfigError(f"{source}: {label} has no {key}")


def check_keys(source: str, section: Mapping[str, Any], key_problem: KeyCheck) -> None:
    """The section ``keys``. Raise `ConfigError`."""
    for binding, keys in section.items():
        checked(source, f"keys.{binding}", keys, str)
    if problem := key_problem(section):
        raise ConfigError(f"{source}: {problem}")


def checked(source: str, key: str, value: Any, type_: Any, *, from_text: bool = False) -> Any:
    """The value as its type. Raise `ConfigError`."""
    try:
        return msgspec.convert(value, type_, strict=not from_text)
    except msgspec.ValidationError as error:
        given = f"{value!r}" if isinstance(value, str) else f"{value}"
        raise ConfigError(f"{source}: {key} = {given}: expected {allowed(type_)}") from error


def unknown(what: str, name: str, known: Iterable[str], *, prefix: str = "") -> str:
    """A sentence about a name that is not known, with the one that may have been meant."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}"
    return f"unknown {what} {prefix}{name}; {hint}"


def types_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The types of a struct's fields, by name."""
    return {field.name: field.type for field in msgspec.structs.fields(struct)}


def allowed(type_: Any) -> str:
    """A type in words: ``"responses" or "chat"``, ``a number above 0``."""
    if get_origin(type_) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(type_))
    if get_origin(type_) is dict:
        return 'a table, as { name = "text" }'
    arguments = [a for a in get_args(type_) if a is not type(None)]
    if arguments and isinstance(arguments[-1], msgspec.Meta):
        return allowed(arguments[0]) + _bounds(arguments[-1])
    if arguments:
        return " or ".join(map(allowed, arguments))
    words = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
    return words.get(type_, re.sub(r"\W+", " ", str(type_)))


def _bounds(meta: msgspec.Meta) -> str:
    words = {"gt": "above", "ge": "at least", "le": "at most", "lt": "below"}
    bounds = [f"{w} {getattr(meta, b)}" for b, w in words.items() if getattr(meta, b) is not None]
    return " " + " and ".join(bounds) if bounds else ""
