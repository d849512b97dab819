"""Private names around a whole run."""

import traceback
from typing import TYPE_CHECKING

from tui.worker.sdk_internals.private_names import PrivateName

if TYPE_CHECKING:
    from agents import RunResultStreaming

_CLOSE_SANDBOX = PrivateName("agents:RunResultStreaming", "_run_sandbox_cleanup", ("self",))
"""The SDK starts it when a run has ended, and waits for it only if the run ended well."""

_HAND_OFF = PrivateName(
    "agents.run_internal.turn_resolution", "execute_handoffs", ("run_handoffs",)
)
"""Calls what the user has given to a handoff."""

NAMES: tuple[PrivateName, ...] = (_CLOSE_SANDBOX, _HAND_OFF)


async def close_sandbox(result: "RunResultStreaming") -> None:
    """Wait until the run's sandboxes are closed; at once if it has none, or they are closed."""
    await _CLOSE_SANDBOX.get()(result)


def raised_in_handoff(error: BaseException) -> bool:
    """Whether a handoff raised it: its ``on_handoff``, its input's type, its filter or a hook."""
    code = _HAND_OFF.get().__code__
    return any(frame.f_code is code for frame, _ in traceback.walk_tb(error.__traceback__))
