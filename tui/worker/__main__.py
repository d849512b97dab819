"""``python -m tui.worker --settings JSON``: how the UI starts its own worker."""

import sys
from collections.abc import Sequence

import msgspec

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.process import run

USAGE = "usage: python -m tui.worker --settings JSON"


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["--settings", given]:
            run(msgspec.json.decode(given, type=WorkerSettings))
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
