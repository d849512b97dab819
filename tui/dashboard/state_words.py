"""The state in words, for the heading and the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.formatting import whole_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.metrics import State, StateKind

_WORDS: dict[StateKind, str] = {
    "starting": "starting",
    "loading": "loading the agent",
    "not_loaded": "agent not loaded",
    "idle": "idle",
    "connecting": "connecting",
    "waiting": "waiting for the first token",
    "streaming": "streaming",
    "working": "working",
    "cancelled": "cancelled",
    "failed": "failed",
}

CUT_OFF = "cut off"
"""What a turn is whose dashboard was killed."""


LOADING_BAR = 12
"""Columns of a progress bar in the heading."""


def state_words(
    state: State, *, cancelling: bool = False, running: bool = False, cancel_key: str = "Esc"
) -> str:
    """The state for the heading: one short phrase, never empty."""
    if state.kind == "silent":
        way_out = f"{cancel_key} cancels" if running else "/reload"
        way_out = f"{cancel_key} again restarts" if cancelling else way_out
        return f"agent silent {whole_seconds(state.seconds)} · {way_out}"
    if cancelling and state.busy:
        return f"cancelling {_names(state)}".rstrip()
    return _SPECIAL.get(state.kind, _plain)(state)


def doing_words(
    state: State, *, cancelling: bool = False, running: bool = False, cancel_key: str = "Esc"
) -> str:
    """The line below the conversation; "" while an answer is written or when idle.

    ``running``: a run was sent, even if the worker has not reported it yet.
    """
    if running and state.kind in {"starting", "loading", "idle", "cancelled", "failed"}:
        if cancelling:
            return "cancelling…"
        words = "sending" if state.kind in {"idle", "cancelled", "failed"} else _WORDS["loading"]
        return f"{words}…"
    if not state.busy or (state.kind == "streaming" and not cancelling):
        return ""
    words = state_words(state, cancelling=cancelling, running=running, cancel_key=cancel_key)
    if state.kind == "working" and not cancelling and state.seconds < 1:
        return ""  # mostly too short to read
    if state.kind in {"connecting", "waiting", "tool"} and state.seconds >= 1:
        return f"{words}… {whole_seconds(state.seconds)}"
    return words if state.kind in _COUNTING else f"{words}…"


def _names(state: State) -> str:
    first, *others = state.tools or ("",)
    return f"{first} and {len(others)} more" if others else first


def _plain(state: State) -> str:
    return _WORDS[state.kind]


def _retrying(state: State) -> str:
    return f"retrying in {state.seconds:.1f} s (attempt {state.attempt} of {state.most})"


def _dead(state: State) -> str:
    how = state.signal or (f"exit {state.exit_code}" if state.exit_code is not None else "")
    return f"agent's process ended {how}".rstrip()


def _blocked(state: State) -> str:
    who = f" by tool {state.tools[0]}" if state.tools else ""
    place = f" ({state.place})" if state.place else ""
    return f"agent loop blocked {whole_seconds(state.seconds)}{who}{place}"


_COUNTING: frozenset[StateKind] = frozenset(
    ("retrying", "stalled", "approval", "blocked", "silent")
)
"""States whose words need no "…" after them: they show a time, or wait for the user."""

_SPECIAL: dict[StateKind, Callable[[State], str]] = {
    "retrying": _retrying,
    "dead": _dead,
    "cancelled": lambda state: CUT_OFF if state.lost else _plain(state),
    "blocked": _blocked,
    "stalled": lambda state: f"stalled for {whole_seconds(state.seconds)}",
    "tool": lambda state: f"running {_names(state)}",
    "approval": lambda state: f"waiting for your approval of {_names(state)}",
}


def loading_words(model: str, share: float) -> str:
    """How far a model is that loads on this machine: a bar and a share."""
    full = round(share * LOADING_BAR)
    return f"loading {model} {'█' * full}{'░' * (LOADING_BAR - full)} {share:.0%}"
