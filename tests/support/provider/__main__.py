"""The provider as a process: ``python -m tests.support.provider --script FILE [--port-file FILE]``.

The script is a Python file with ``STEPS`` (a list of steps), ``ROUTE`` (a function of the
request) or both; ``REPEAT = True`` starts the steps again when they end. The port is written to
the port file and printed as the only line on stdout. The process ends when its stdin is closed,
so it never outlives its parent. ``GET /control/log`` returns the connections and requests.
"""

import argparse
import runpy
import sys
from pathlib import Path

from tests.support.provider.provider import Provider


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.provider", description=__doc__)
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", type=Path)
    arguments = parser.parse_args()
    script = runpy.run_path(str(arguments.script))
    provider = Provider(
        *script.get("STEPS", []),
        route=script.get("ROUTE"),
        repeat=bool(script.get("REPEAT")),
        port=arguments.port,
    )
    with provider:
        if arguments.port_file is not None:
            _write_whole(arguments.port_file, str(provider.port))
        print(provider.port, flush=True)
        sys.stdin.read()


def _write_whole(path: Path, text: str) -> None:
    """Write the file atomically: no reader sees a part of it."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text)
    temporary.replace(path)


if __name__ == "__main__":
    main()
