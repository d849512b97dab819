"""The JUnit report and the table."""

import csv
import io
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from tests.headless.report.results import attempt, problem, result, summary
from tui.headless.report.csv_table import COLUMNS, csv_table
from tui.headless.report.junit import junit

NASTY = 'a "quote" <tag> & \x00\x1b[31m \ud800 \ufffe'
MEASURED = summary(
    result(attempt(), answer=NASTY),
    result(number=2, outcome="failed", problem=problem(message=NASTY)),
    result(number=3, outcome="cancelled"),
)


def test_junit_has_a_case_for_each_run_and_gate() -> None:
    broken = {"gate": "ttft p95 < 1s", "kept": False, "value": 2.0, "unit": "s", "why": ""}
    gates = ({**broken, "gate": NASTY, "kept": True}, broken)
    root = ET.fromstring(junit(replace(MEASURED, gates=gates)))
    assert root.attrib["tests"] == "5"
    assert root.attrib["failures"] == "2"
    cases = list(root.iter("testcase"))
    assert [case.attrib["classname"] for case in cases] == ["runs"] * 3 + ["gates"] * 2
    assert [len(case.findall("failure")) for case in cases] == [0, 1, 0, 0, 1]
    assert len(cases[2].findall("skipped")) == 1
    assert 'a "quote" <tag> &' in (cases[0].findtext("system-out") or "")


def test_the_table_has_a_row_for_each_run() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_table(MEASURED))))
    assert [row["outcome"] for row in rows] == ["ok", "failed", "cancelled"]
    assert rows[0]["ttft"] == "0.5"
    assert rows[1]["ttft"] == ""
    assert rows[1]["kind"] == "server"
    assert set(rows[0]) == set(COLUMNS)


def test_what_was_not_measured_of_a_run_is_empty() -> None:
    """Neither began: nobody measured how long they took."""
    rows = list(csv.DictReader(io.StringIO(csv_table(MEASURED))))
    assert [(row["e2e"], row["attempts"]) for row in rows] == [("", "1"), ("", ""), ("", "")]
    cases = list(ET.fromstring(junit(MEASURED)).iter("testcase"))
    assert all("time" not in case.attrib for case in cases)
