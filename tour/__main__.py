"""Take the pictures of docs/pictures: ``python -m tour [--folder FOLDER] [NAME ...]``.

``python -m tour --all FOLDER [NAME ...]`` takes one of every screen and state instead, for looking.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.support.terminal import Terminal, frames
from tests.support.terminal.emulator import Emulator
from tests.support.warm import WarmProcess
from tour.scenes import RECORDED, SCENES, Scene
from tour.stage import Stage
from tour.terminal_picture import Moment, picture, recording
from tour.walks import WALKS, Walk

SHORTEST = 0.12
"""Seconds between two screens of a recording."""
LAST = 4.0
"""Seconds for which its last screen stays."""


def main() -> None:
    """Play the scenes, or go the walks, and write their pictures."""
    parser = argparse.ArgumentParser(prog="python -m tour", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a scene; default: all")
    parser.add_argument("--folder", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen and state")
    asked = parser.parse_args()
    known = [one.name for one in (WALKS if asked.all else SCENES)]
    if unknown := sorted(set(asked.names) - set(known)):
        parser.error(f"no scene {', '.join(unknown)}; there are {', '.join(known)}")
    folder = asked.all or asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = asked.names or known
    with WarmProcess():
        for one in WALKS if asked.all else SCENES:
            if one.name in wanted:
                for name, drawn in _stops(one) if isinstance(one, Walk) else _taken(one):
                    path = folder / f"{name}.svg"
                    path.write_text(drawn, encoding="utf-8")
                    print(f"{path}: {path.stat().st_size // 1000} kB", flush=True)


Pictures = Iterator[tuple[str, str]]
"""Their names and what they show, as SVG."""


def _taken(one: Scene) -> Pictures:
    with Stage(one.cols, one.rows) as stage:
        terminal = one.play(stage)
        if one.name in RECORDED:
            moments = list(_moments(terminal, one, stage.recorded_from))
            yield one.name, recording(moments, moments[-1].at + LAST, one.shows)
        else:
            yield one.name, _screen(terminal, one, one.shows)


def _stops(one: Walk) -> Pictures:
    with Stage(one.cols, one.rows) as stage:
        try:
            for name, terminal in one.play(stage):
                yield name, _screen(terminal, one, name)
        except TimeoutError as error:  # the pictures of the other walks are still wanted
            print(f"{one.name}: {error}")


def _screen(terminal: Terminal, one: Scene | Walk, title: str) -> str:
    emulator = Emulator(one.rows, one.cols)
    emulator.feed(terminal.raw)
    return picture(emulator.cells, title)


def _moments(terminal: Terminal, one: Scene, begin: int) -> Iterator[Moment]:
    """The screen at ``begin``, then after the program's frames, not closer than `SHORTEST`."""
    raw, reads = terminal.raw, iter(terminal.reads)
    emulator = Emulator(one.rows, one.cols)
    read, fed, shown = next(reads), 0, 0.0
    for _, end in frames(raw):
        while read.length < end:
            read = next(reads)
        at = (read.at - begin) / 1e9
        if at < 0:
            emulator.feed(raw[fed:end])
            fed = end
            continue
        if not shown:
            yield Moment(0.0, emulator.cells)
        if at - shown >= SHORTEST:
            emulator.feed(raw[fed:end])
            fed, shown = end, at
            yield Moment(at, emulator.cells)
    emulator.feed(raw[fed:])
    yield Moment(shown + SHORTEST, emulator.cells)


if __name__ == "__main__":
    main()
