"""A private name that is missing, or is something else, is noticed."""

import sys
from importlib import import_module

import pytest

from tui.dashboard.textual_internals import supported
from tui.dashboard.textual_internals.supported import NAMES, missing, unsupported

EACH = [(owner, name) for owner, names in NAMES.items() for name in names.split()]
OF_CLASSES = [(owner, name) for owner, name in EACH if not owner.endswith(":")]
METHODS = [(owner, name) for owner, name in OF_CLASSES if "(" in name]


def class_of(owner: str) -> type:
    module, _, cls = owner.partition(":")
    found = getattr(import_module(module), cls)
    assert isinstance(found, type)
    return found


def test_nothing_is_missing_in_the_version_that_is_installed() -> None:
    assert missing() == []
    assert unsupported() is None


@pytest.mark.parametrize(("owner", "name"), OF_CLASSES)
def test_an_attribute_or_method_that_moved_is_missing(
    owner: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls, name = class_of(owner), name.partition("(")[0]
    for base in cls.__mro__:
        if name in vars(base):
            monkeypatch.delattr(base, name)
        code = getattr(vars(base).get("__init__"), "__code__", None)
        if code is not None and name in code.co_names:
            monkeypatch.setattr(base, "__init__", lambda _: None)
    assert f"{cls.__name__}.{name}" in missing()


@pytest.mark.parametrize(("owner", "name"), METHODS)
def test_a_method_with_other_parameters_counts_as_missing(
    owner: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cls, name = class_of(owner), name.partition("(")[0]
    monkeypatch.setattr(cls, name, lambda _self, _one, _two, _three, _four, _five: None)
    assert missing() == [f"{cls.__name__}.{name}"]


@pytest.mark.parametrize("name", NAMES["textual._compositor:"].split())
def test_a_class_that_moved_to_another_module_is_missing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(f"textual._compositor.{name}")
    assert f"textual._compositor.{name}" in missing()


def test_a_module_that_moved_is_missing_with_all_that_is_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "textual._compositor", None)
    assert {"textual._compositor.Compositor", "Compositor._dirty_regions"} <= set(missing())


def test_the_sentence_names_the_supported_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supported, "MISSING", ("App._display",))
    sentence = unsupported()
    assert sentence is not None
    assert f"streamtui supports Textual {supported.SUPPORTED};" in sentence
