"""What a shell completes: ids of sessions, names of profiles and themes, Python files.

Only click is imported here, as in `command_line.py`. Nothing is raised: a shell would show it
instead of the word.
"""

# ruff: noqa: PLC0415 - see above

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST_SESSIONS = 50
"""The newest ones."""
Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _safe(values: Callable[[], Iterable[tuple[str, str]]]) -> Complete:
    """Completes those that begin with what was typed; ``values`` are words and what they are."""

    def complete(_: click.Context, __: click.Parameter, typed: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        try:
            return [
                CompletionItem(word, help=about)
                for word, about in values()
                if word.startswith(typed)
            ]
        except Exception:  # noqa: BLE001 - see above
            return []

    return complete


def _sessions() -> Iterable[tuple[str, str]]:
    from tui.cli.startup.launch_settings import journal_path
    from tui.core.config.sources import load_config
    from tui.core.sanitize.characters import clean_line
    from tui.journal import JournalStore

    path = journal_path(load_config(None, os.environ))
    if not path.is_file():
        return []
    stored = JournalStore(path).sessions()[:MOST_SESSIONS]
    return [(info.id, clean_line(info.title)) for info in stored]


def _profiles() -> Iterable[tuple[str, str]]:
    from tui.core.config.profiles import profiles_of
    from tui.core.config.sources import load_config

    profiles = profiles_of(load_config(None, {}))
    return [(name, profile.title or profile.base_url or "") for name, profile in profiles.items()]


def _themes() -> Iterable[tuple[str, str]]:
    from tui.dashboard.terminal.theme_choice import theme_names

    return [(name, "") for name in theme_names()]


session_ids = _safe(_sessions)
profile_names = _safe(_profiles)
themes = _safe(_themes)


def agent_files(_: click.Context, __: click.Parameter, typed: str) -> "list[CompletionItem]":
    """The shell itself completes the file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


def session_or_file(ctx: click.Context, param: click.Parameter, typed: str) -> list[Any]:
    """A session, or the shell completes a file."""
    return session_ids(ctx, param, typed) or agent_files(ctx, param, typed)
