"""The dashboard with room for few frames, and which reports any gap: ``python FILE ARGUMENTS``."""

from tui.cli.command_line import main
from tui.dashboard import terminal_app
from tui.dashboard.textual_internals import driver

driver.MOST_WAITING = 16 * 1024
terminal_app.LONG_GAP = 0.0

if __name__ == "__main__":
    main()
