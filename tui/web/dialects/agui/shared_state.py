"""The state that a client and the agent share; our part of it says how the run is."""

from collections.abc import Mapping
from typing import Any

from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.json_patch import Replace
from tui.web.dialects.agui.event_collector import EventCollector

STATE_KEY = "streamtui"
"""Our part; the rest is the client's, and stays as it is."""


class SharedState:
    """Nothing of it is sent if the client's state is no object."""

    def __init__(self, log: EventCollector, state: Any) -> None:
        self._log = log
        self._clients = state
        self._is_object = state is None or isinstance(state, Mapping)
        self._ours: dict[str, object] = {"agent": "", "status": "running", "figures": {}}

    def begin(self, *, agent: str, session: str) -> None:
        """Send the whole state."""
        self._ours["agent"] = agent
        self._ours["session"] = session
        if self._is_object:
            shared = {**(self._clients or {}), STATE_KEY: dict(self._ours)}
            self._log.add(agui.StateSnapshot(snapshot=shared))

    def set(self, name: str, value: object) -> None:
        """Send what is new."""
        if self._ours.get(name) == value:
            return
        self._ours[name] = value
        if self._is_object:
            patch = Replace(path=f"/{STATE_KEY}/{name}", value=value)
            self._log.add(agui.StateDelta(delta=(patch,)))
