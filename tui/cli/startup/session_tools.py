"""What the commands of ``streamtui sessions`` work with."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
import msgspec

from tui.core.sanitize.secrets import Masker
from tui.journal import JournalError, JournalStore, NoSuchSessionError, SessionInUseError
from tui.journal.index.session_index import SessionIndex


class SessionTools(msgspec.Struct, frozen=True):
    store: JournalStore
    index: SessionIndex
    masker: Masker
    trash_days: float


@contextmanager
def journal_errors() -> Iterator[None]:
    """Report what is wrong with the journal or an id as click reports its own errors."""
    try:
        yield
    except (JournalError, NoSuchSessionError, SessionInUseError) as error:
        raise click.ClickException(str(error)) from error
