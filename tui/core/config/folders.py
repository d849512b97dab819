"""The platform's folder for user data."""

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """The folder for the journal; it may not exist yet."""
    return platformdirs.user_data_path("streamtui", appauthor=False)
