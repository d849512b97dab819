"""The report, and the sentences in it."""

import json
from pathlib import Path

import pytest

from tests.comparison.facts import facts, plan, round_of
from tui.comparison.column_plan import ColumnPlan
from tui.comparison.comparison_report import Report, json_report, markdown_report, report_of
from tui.comparison.report_file import write_report
from tui.comparison.rounds import Played, Round, recorded_rounds
from tui.comparison.sentences import sentences
from tui.comparison.text_report import text_report
from tui.protocol.events import Problem
from tui.stream.run_facts import ToolResult

TOOL = ToolResult(name="add", agent="A", state="ok", seconds=0.25, arguments="{}", output="3")
PLANS = (plan("plain | small", model="m1"), plan("big", model="m2"))
ROUND = round_of(facts("# Not a heading", total=1.0, tools=(TOOL,)), facts(total=2.0))


def reported(*rounds: Round, plans: tuple[ColumnPlan, ...] = PLANS) -> Report:
    return report_of(
        plans, rounds, sessions=["s1", ""], version="1.2", wall=1.0, mask=lambda text: text.upper()
    )


def test_the_json_has_every_figure_of_every_column_with_its_quality() -> None:
    report = json.loads(json_report(reported(ROUND)))
    assert report["schema"] == "streamtui.comparison/1"
    (one,) = report["rounds"]
    assert (one["prompt"], one["ahead"]) == ("SAY *IT*.", "plain | small")
    first, second = one["runs"]
    assert first["figures"]["total"] == {
        "value": 1.0, "unit": "s", "quality": "measured", "best": True,
    }  # fmt: skip
    assert second["figures"]["output"]["quality"] == "estimated"
    assert second["figures"]["cost"]["value"] is None
    assert first["tools"][0]["seconds"] == 0.25
    assert report["columns"][0]["settings"] == {"model": "m1"}
    assert report["columns"][0]["session"] == "s1"


def test_what_models_say_cannot_break_the_markdown() -> None:
    text = markdown_report(reported(ROUND), [ROUND])
    assert "\n> # Not a heading\n" in text
    assert "| total | 1.00 s ▲ | 2.00 s (+100%) |" in text
    assert "plain \\| small" in text
    assert "- tool `add`: ok, 0.25 s" in text
    assert "> SAY *IT*." in text


def test_a_column_without_a_run_is_missing_and_the_table_has_a_dash() -> None:
    one = round_of(facts(), None)
    report = reported(one)
    assert [run.label for run in report.rounds[0].runs] == ["plain | small"]
    assert "| total | 2.00 s | — |" in markdown_report(report, [one])


def test_the_text_has_answers_a_table_and_sentences() -> None:
    text = text_report(reported(ROUND), [ROUND])
    for part in ("-- plain | small: ok", "tool add: ok", "one two three", "total", "+100%"):
        assert part in text


@pytest.mark.parametrize("waits", [(0.4, 6.1), (0.4, 0.3)])
def test_streamed_against_not_streamed_says_what_a_person_waits(
    waits: tuple[float, float],
) -> None:
    plans = [plan("a"), plan("b", stream=False)]
    read, whole = waits
    said = sentences(plans, round_of(facts(first_word=read), facts(first_word=whole, total=7.0)))
    begin = "With streaming you read the first word after 400 ms; without, after "
    more = {6.1: "6.10 s: 5.70 s of waiting.", 0.3: "300 ms."}[whole]
    assert said == [begin + more, "a finished 5.00 s before b."]


def test_others_are_compared_by_their_first_words_and_ends() -> None:
    one = round_of(
        facts(first_word=0.5),
        facts(first_word=0.2, total=5.0),
        facts(outcome="failed", problem=Problem(kind="server", message="it\nbroke")),
        facts(outcome="cancelled"),
    )
    assert sentences([plan(label) for label in "abcd"], one) == [
        "b showed the first word 300 ms before a.",
        "a finished 3.00 s before b.",
        "c failed: it broke",
        "d was cancelled.",
    ]


def test_a_file_is_json_by_its_name_and_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    report = reported(ROUND)
    for name, begin in (("a.json", "{"), ("a.md", "# Side by side"), ("a.txt", "# Side by side")):
        write_report(tmp_path / name, report, [ROUND])
        assert (tmp_path / name).read_text().startswith(begin)
        with pytest.raises(FileExistsError):
            write_report(tmp_path / name, report, [ROUND])
    write_report(tmp_path / "a.json", report, [ROUND], overwrite=True)


def test_runs_of_recordings_are_paired_in_their_order() -> None:
    first = [Played("one", 1.0, facts()), Played("two", 2.0, facts())]
    second = [Played("uno", 3.0, facts(outcome="failed"))]
    rounds = recorded_rounds([first, second])
    assert [one.prompt for one in rounds] == ["one", "two"]
    assert rounds[0].ended
    assert rounds[1].results[1] is None
