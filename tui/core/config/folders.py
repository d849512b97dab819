"""Where the platform wants what a program keeps of its user."""

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """For what is not to be lost; it may not be there yet."""
    return platformdirs.user_data_path("streamtui", appauthor=False)
