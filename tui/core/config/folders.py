"""The platform's folders for user data and for what can be made again."""

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """The folder for the journal; it may not exist yet."""
    return platformdirs.user_data_path("streamtui", appauthor=False)


def state_folder() -> Path:
    """The folder for what the program remembers of its use; it may not exist yet."""
    return platformdirs.user_state_path("streamtui", appauthor=False)


def cache_folder() -> Path:
    """The folder for the cache of answers; it may not exist yet."""
    return platformdirs.user_cache_path("streamtui", appauthor=False)
