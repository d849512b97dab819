"""streamtui: a terminal dashboard for agents built with the OpenAI Agents SDK."""

__version__ = "0.1.0"
