"""A pytest plugin that prints the table: ``pytest -p tests.faults.fault_table tests/faults``."""

import re
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from tests.faults.report import PROPERTY, Report
from tests.faults.spec import SPECS

HEAD = (
    "row",
    "fault",
    "retry",
    "kind",
    "how it was injected",
    "shown",
    "requests",
    "kept for the next turn",
    "result",
)


class FaultTable:
    """Collects the reports of the tests, which may run in other processes."""

    def __init__(self) -> None:
        self._reports: dict[str, Report] = {}
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._reports[report.nodeid] = msgspec.json.decode(str(value), type=Report)

    def lines(self) -> list[str]:
        """A line per test, in the order of the rows; a row without a test is marked."""
        tests = defaultdict(list)
        for nodeid in {*self._reports, *self._failed}:
            tests[row_of(nodeid)].append(nodeid)
        rows = [HEAD, tuple("-" * len(name) for name in HEAD)]
        for row in SPECS:
            rows += [self._cells(row, nodeid) for nodeid in sorted(tests[row])] or [_missing(row)]
        return [f"| {' | '.join(cells)} |" for cells in rows]

    def _cells(self, row: int, nodeid: str) -> tuple[str, ...]:
        spec = SPECS[row]
        report = self._reports.get(nodeid, Report(row))
        return (
            f"{row}{f' {report.api}' if report.api else ''}",
            spec.name,
            spec.retry,
            ", ".join(spec.kinds) or "none",
            _cell(report.how),
            _cell("; ".join(report.seen)),
            str(report.requests),
            _cell(report.kept),
            "FAILED" if nodeid in self._failed else "ok",
        )


def row_of(nodeid: str) -> int:
    """The number at the start of the test's name; 0 when there is none."""
    number = re.search(r"::test_(\d\d)_", nodeid)
    return int(number.group(1)) if number is not None else 0


def _missing(row: int) -> tuple[str, ...]:
    spec = SPECS[row]
    return (str(row), spec.name, spec.retry, *[""] * 5, "NOT RUN")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults-table", metavar="FILE", help="Write the table of faults there.")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(FaultTable(), "fault table")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    table = config.pluginmanager.get_plugin("fault table")
    assert isinstance(table, FaultTable)
    lines = table.lines()
    file = config.getoption("--faults-table")
    if file:
        Path(file).write_text("\n".join([*lines, ""]), encoding="utf-8")
    else:
        terminalreporter.write_line("")
        for line in lines:
            terminalreporter.write_line(line)
