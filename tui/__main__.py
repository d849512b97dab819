"""``python -m tui``, for where the ``streamtui`` script is not on the path."""

from tui.cli.command_line import main

if __name__ == "__main__":
    main()
