"""What `/session` and `/agent` show."""

import time
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import COMMANDS, key_words
from tui.dashboard.reports.team_tree import team_tree
from tui.journal import SessionInfo
from tui.protocol.events import AgentLoaded, Problem


def session_card(
    current: str, info: SessionInfo | None, path: Path, commands: Commands = COMMANDS
) -> RenderableType:
    """Which session this is and where it is stored; ``info`` is None before the first message."""
    rows = [("session", current)]
    if info is None:
        rows.append(("stored", "not yet: no messages"))
    else:
        rows += [
            ("begun", _moment(info.created)),
            ("changed", _moment(info.changed)),
            ("agent", info.agent or "-"),
            ("turns", f"{info.runs:,}"),
            ("events", f"{info.events:,}"),
            ("folder", info.folder or "-"),
        ]
    rows += [("file", str(path)), ("size", _size(path))]
    hints = (
        f"/session list or {key_words(commands, 'open_session')} opens another session, "
        f"{key_words(commands, 'new_session')} starts a new one.\n"
        f"Later: streamtui --session {current}"
    )
    return Group(_table(rows), Text(f"\n{hints}", "dim"))


def agent_card(loaded: AgentLoaded, local_model: str = "") -> RenderableType:
    """What the worker reported about the agent it loaded, and all that this one can reach."""
    if loaded.address:
        known = [("agent", loaded.agent), ("address", loaded.address), ("protocol", loaded.sdk)]
        return Group(_table(known), Text("\nThe server does not describe its agent.", "dim"))
    api = {"responses": "Responses", "chat": "Chat Completions"}.get(loaded.api, "")
    rows = [
        ("agent", loaded.agent),
        ("model", loaded.model or "not known before the first call"),
        ("host", loaded.host or "none: no network is used"),
        *([("profile", loaded.profile)] if loaded.profile else []),
        *([("llama.cpp", local_model)] if local_model else []),
        ("API", api or "the agent's own model"),
        ("SDK", loaded.sdk or "-"),
        ("answers", "JSON (it has an output type)" if loaded.output_json else "text"),
        *loaded.brought,
    ]
    below = [Text("\ninstructions", "dim")]
    below.append(Text(loaded.instructions or "none, or made by a function for each run"))
    if not loaded.team:  # it comes from a worker that did not report it
        return Group(_table(rows), *below)
    return Group(_table(rows), Text(), team_tree(loaded), *below)


def load_problem_card(problem: Problem) -> RenderableType:
    """Why there is no agent, and what to do."""
    parts = [problem.message, problem.advice, problem.detail]
    return Text("\n\n".join(filter(None, ["The agent is not loaded.", *parts])))


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for label, value in rows:
        table.add_row(Text(label, "dim"), Text(value))
    return table


def _moment(wall: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(wall))


def _size(path: Path) -> str:
    """The database and what waits in its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    total = sum(file.stat().st_size for file in files if file.exists())
    return f"{total / 1_000_000:.1f} MB" if total else "not there yet"
