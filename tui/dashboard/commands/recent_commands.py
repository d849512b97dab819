"""The commands that were chosen last, kept between starts."""

from pathlib import Path

import msgspec

MOST_KEPT = 5


class RecentCommands:
    """The ids, the newest first. Without a path they are kept only while the program runs."""

    def __init__(self, path: Path | None = None) -> None:
        """A file that is missing, or holds something else, has none."""
        self._path = path
        self.ids: list[str] = []
        if path is not None:
            try:
                self.ids = msgspec.json.decode(path.read_bytes(), type=list[str])[:MOST_KEPT]
            except (OSError, ValueError):
                return

    def add(self, id: str) -> None:  # noqa: A002
        """Put one first. A folder that cannot be written only means that they are not kept."""
        self.ids = [id, *(one for one in self.ids if one != id)][:MOST_KEPT]
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.write_bytes(msgspec.json.encode(self.ids))
        except OSError:
            return
