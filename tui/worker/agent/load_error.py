"""Why the agent, or something else that was named, could not be loaded."""

from tui.protocol.events import Problem


class LoadError(Exception):
    """The agent, or something else that was named, cannot be loaded."""

    def __init__(
        self, message: str, advice: str = "", *, code: str = "not_loaded", detail: str = ""
    ) -> None:
        super().__init__(message)
        self.problem = Problem(
            kind="agent", message=message, advice=advice, code=code, detail=detail
        )
