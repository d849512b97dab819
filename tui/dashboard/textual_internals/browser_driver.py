"""Textual's web driver, for a terminal in a browser that may go away and come back."""

from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus


class BrowserDriver(WebDriver):
    """Named in ``TEXTUAL_DRIVER`` by `streamtui serve --dashboard`."""

    def start_application_mode(self) -> None:
        super().start_application_mode()
        # It begins without the focus, and a page that has it does not always report that.
        self._app.call_later(self._app.post_message, AppFocus())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """``repaint``: the terminal shows nothing yet."""
        if packet_type == "repaint":
            self._app.call_later(self._app.refresh, layout=True)
        else:
            super().on_meta(packet_type, payload)
