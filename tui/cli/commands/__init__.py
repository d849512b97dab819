"""One module per command: `streamtui run` is in `run_command.py`."""
