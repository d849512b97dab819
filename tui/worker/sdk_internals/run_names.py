"""Private names around a whole run."""

from typing import TYPE_CHECKING

from tui.worker.sdk_internals.private_names import PrivateName

if TYPE_CHECKING:
    from agents import RunResultStreaming

_CLOSE_SANDBOX = PrivateName("agents:RunResultStreaming", "_run_sandbox_cleanup", ("self",))
"""The SDK starts it when a run has ended, and waits for it only if the run ended well."""

NAMES: tuple[PrivateName, ...] = (_CLOSE_SANDBOX,)


async def close_sandbox(result: "RunResultStreaming") -> None:
    """Wait until the run's sandboxes are closed; at once if it has none, or they are closed."""
    await _CLOSE_SANDBOX.get()(result)
