"""AG-UI 1.0, the protocol between agents and front ends, as plain structs.

The web service writes it and the dashboard reads it. ``agui_events.py`` has what a server streams,
``run_agent_input.py`` what a client posts, ``agui_codec.py`` the JSON of both. Every other agent
server speaks it in its own way, so reading accepts unknown fields, unknown events and null.
"""
