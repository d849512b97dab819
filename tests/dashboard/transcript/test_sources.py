"""Sources below an answer, refusals, and the marks that models cite with."""

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.dashboard.transcript.hosting import Host, screen_lines, screen_text, settled
from tui.core.conversation import Citation
from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.transcript import Transcript
from tui.protocol.events import Source

TIDES = Citation(1, Source(kind="url", title="Tides of [b]Huế[/b]", url="https://tides.test/hue"))
FILE = Citation(2, Source(kind="file", title="ebb.pdf", file_id="file-1"))
LINES = ["[1] Tides of [b]Huế[/b] — https://tides.test/hue", "[2] ebb.pdf — file file-1"]


def posted(pilot: Pilot[Any], kind: type[Any]) -> list[Any]:
    app = pilot.app
    assert isinstance(app, Host)
    return [message for message in app.posted if isinstance(message, kind)]


async def answer(pilot: Pilot[Any], transcript: Transcript, text: str = "At *noon*.") -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", text)
    transcript.item_list.cite("a", (TIDES, FILE))
    await settled(pilot, transcript)


async def test_sources_are_below_the_answer_once_it_is_complete(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await answer(pilot, transcript)
    assert "[1]" not in screen_text(transcript)
    transcript.finish("a")
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:5] == ["Agent", "At noon.", "", *LINES]


async def test_sources_that_come_late_and_a_cut_have_their_places(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", "At noon.")
    transcript.finish("a", interrupted="reset")
    await settled(pilot, transcript)
    transcript.item_list.cite("a", (TIDES,))
    transcript.item_list.cite("a", (TIDES, FILE))
    await settled(pilot, transcript)
    shown = ["Agent", "At noon.", "", *LINES, "✂ interrupted: reset"]
    assert screen_lines(transcript)[:6] == shown
    transcript.fold("a", folded=True)
    transcript.fold("a", folded=False)
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:8] == [*shown, "", ""]


async def test_the_final_text_keeps_the_sources(pilot: Pilot[Any], transcript: Transcript) -> None:
    await answer(pilot, transcript)
    transcript.finish("a")
    transcript.replace("a", "At *noon*.")
    transcript.replace("a", "At one.")
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:6] == ["Agent", "At one.", "", *LINES, ""]


async def test_a_withdrawn_answer_has_no_sources(pilot: Pilot[Any], transcript: Transcript) -> None:
    await answer(pilot, transcript)
    transcript.withdraw("a", "secret")
    await settled(pilot, transcript)
    assert "[1]" not in screen_text(transcript)


async def test_sources_are_copied_and_searched_with_the_answer(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await answer(pilot, transcript)
    transcript.finish("a")
    await settled(pilot, transcript)
    transcript.action_copy()
    transcript.search("tides.test")
    await pilot.pause()
    (copied,) = posted(pilot, Copied)
    assert copied.text == "\n".join(["At *noon*.", "", *LINES])
    assert posted(pilot, HitsChanged)[-1].count == 1


async def test_a_click_on_a_source_posts_its_address(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await answer(pilot, transcript)
    transcript.finish("a")
    await settled(pilot, transcript)
    for column in range(2, 78, 3):
        await pilot.click(Transcript, offset=(column, 3))
        await pilot.click(Transcript, offset=(column, 4))
    await pilot.pause()
    assert {m.address for m in posted(pilot, LinkClicked)} == {"https://tides.test/hue"}


@pytest.mark.parametrize("columns", [30])
async def test_a_long_source_is_wrapped_beside_its_number(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    await answer(pilot, transcript)
    transcript.finish("a")
    await settled(pilot, transcript)
    assert screen_lines(transcript)[3:7] == [
        "[1] Tides of [b]Huế[/b] —",
        "    https://tides.test/hue",
        "[2] ebb.pdf — file file-1",
        "",
    ]


async def test_a_refusal_reads_as_one(pilot: Pilot[Any], transcript: Transcript) -> None:
    transcript.item_list.start_refusal("r", "Agent", 0.0)
    transcript.append("r", "I must not.")
    transcript.finish("r")
    await settled(pilot, transcript)
    assert screen_lines(transcript)[:2] == ["Agent declined to answer:", "▌ I must not."]


async def test_private_citation_marks_are_readable_and_copied_as_they_came(
    pilot: Pilot[Any], transcript: Transcript
) -> None:
    text = "High at noon.\ue200cite\ue202turn0search0\ue202turn0news1\ue201 So \ue200cite\ue202tu"
    transcript.start_answer("a", "Agent", 0.0)
    transcript.append("a", text)
    await settled(pilot, transcript)
    assert screen_lines(transcript)[1] == "High at noon.[cite turn0search0 turn0news1] So [cite tu]"
    transcript.action_copy()
    await pilot.pause()
    assert posted(pilot, Copied)[0].text == text
