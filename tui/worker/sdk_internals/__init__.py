"""Every private name of the SDK and its client that the worker uses, and whether they are there.

Nothing here imports the SDK before one of them is used, except `delegating_model`.
"""

from tui.worker.sdk_internals.requirements import supported, unsupported

__all__ = ["supported", "unsupported"]
