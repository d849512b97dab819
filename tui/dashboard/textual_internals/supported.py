"""Checks that the installed Textual and Rich have the private names that this package uses."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import CO_VARARGS
from types import CodeType
from typing import Final

SUPPORTED: Final = "8.2.8"
"""The version of Textual that pyproject.toml asks for."""

NAMES: Final[Mapping[str, str]] = {
    "rich.console:Console": "_color_system",
    "rich.style:Style": "_ansi _meta",
    "textual._compositor:": "Compositor CompositorMap CompositorUpdate LayoutUpdate ReflowResult",
    "textual._compositor:Compositor": (
        "_dirty_regions _full_map _full_map_invalidated _regions_to_spans(regions) "
        "reflow(parent,size) render_full_update(simplify) render_partial_update()"
    ),
    "textual.app:App": (
        "_background_screens _batch_count _begin_batch() _check_bindings(key,priority) "
        "_display(screen,renderable) _driver _end_batch() _exception _exception_event "
        "_handle_exception(error) _start_widget(parent,widget)"
    ),
    "textual.drivers.linux_driver:LinuxDriver": "_app _file _loop",
    "textual._xterm_parser:": "XTermParser",
    "textual._xterm_parser:XTermParser": (
        "_sequence_to_key_events(sequence,alt) _timeout_time feed(data) tick()"
    ),
    "textual.drivers.linux_driver:": "XTermParser",
    "textual.message_pump:MessagePump": "_dispatch_message(message)",
    "textual.screen:Screen": (
        "_compositor _compositor_refresh() _dirty_widgets _modal_binding_chain "
        "_on_screen_resume(event) _refresh_layout(size,scroll) _screen_resized(size)"
    ),
    "textual.strip:Strip": "_render_cache render_ansi(style,color_system)",
    "textual.widget:Widget": (
        "_clear_arrangement_cache() _container_size _exchange_repaint_regions() _layout_required "
        "_layout_updates _repaint_required _scroll_to(x,y) _scroll_update(virtual_size) "
        "_set_dirty(*) _size _size_updated(size,virtual_size,container_size,layout) "
        "_vertical_scrollbar"
    ),
}
"""By module and class: attributes, and methods with their positional parameters."""


def missing() -> list[str]:
    """The names, as ``Class.name``, that are not what this package takes them for."""
    return [
        f"{owner.rpartition(':')[2] or owner[:-1]}.{name.partition('(')[0]}"
        for owner, names in NAMES.items()
        for name in names.split()
        if not _has(owner, name)
    ]


def _has(owner: str, name: str) -> bool:
    module, _, cls = owner.partition(":")
    try:
        holder = import_module(module)
        holder = getattr(holder, cls) if cls else holder
    except (ImportError, AttributeError):
        return False
    name, _, parameters = name.partition("(")
    if not parameters:
        return hasattr(holder, name) or any(name in code.co_names for code in _inits(holder))
    method = getattr(holder, name, None)
    code = getattr(getattr(method, "__wrapped__", method), "__code__", None)
    return isinstance(code, CodeType) and _parameters(code) == parameters.removesuffix(")")


def _inits(holder: object) -> Iterator[CodeType]:
    """Where the attributes of instances are set."""
    for cls in getattr(holder, "__mro__", ()):
        if isinstance(code := getattr(vars(cls).get("__init__"), "__code__", None), CodeType):
            yield code


def _parameters(code: CodeType) -> str:
    names = code.co_varnames[: code.co_argcount]
    named = [name for name in names if name not in {"self", "cls"}]
    return ",".join([*named, *["*"] * bool(code.co_flags & CO_VARARGS)])


MISSING: Final = tuple(missing())
"""Found when the program started. Not empty: leave everything to Textual."""


def unsupported() -> str | None:
    """A sentence for the screen if this version of Textual is not supported."""
    if not MISSING:
        return None
    from textual import __version__  # noqa: PLC0415 - it reads the package's metadata

    return (
        f"streamtui supports Textual {SUPPORTED}; with Textual {__version__} it works, "
        f"but paints more slowly."
    )
