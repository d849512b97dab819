"""The variables of the stylesheet, for an app that uses it."""

from typing import TYPE_CHECKING, Any

from textual.app import App

from tui.dashboard.terminal.contrast import legible_variables

if TYPE_CHECKING:
    _Base = App[Any]
else:
    _Base = object


class LegibleColours(_Base):
    """Mixed in before an app: the theme's colours, with text and borders that can be seen."""

    def get_css_variables(self) -> dict[str, str]:
        variables = legible_variables(super().get_css_variables())
        self.theme_variables = variables
        return variables
