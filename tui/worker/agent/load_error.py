"""Why the agent, or something else that was named, could not be loaded."""

from tui.protocol.events import Problem


class LoadError(Exception):
    """The agent, or something else that was named, cannot be loaded."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        code: str = "not_loaded",
        detail: str = "",
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """``choices``: variables and names of agents, of which one is to be chosen."""
        super().__init__(message)
        self.choices = choices
        self.problem = Problem(
            kind="agent", message=message, advice=advice, code=code, detail=detail
        )
