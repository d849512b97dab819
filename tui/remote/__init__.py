"""An agent on a server that speaks AG-UI, as a source of events for the dashboard.

`remote_source.py` takes the commands and yields the events; `reading/` turns what a server sends
into those events; `agui_thread.py` is the conversation that is sent.
"""
