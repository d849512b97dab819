"""The badges of the README say what the project's file says."""

import tomllib

from tour.badges import PICTURES, ROOT, badge, badges


def test_the_badges_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    drawn = badges(project)
    assert {name: (PICTURES / name).read_text() for name in drawn} == drawn


def test_a_badge_says_its_words_and_escapes_them() -> None:
    assert "a &lt;b&gt;: 1 &amp; 2" in badge("a <b>", "1 & 2", "#000")
