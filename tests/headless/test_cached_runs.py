"""``streamtui run --cache``: what is asked, and what is counted."""

import pytest

from tests.headless.conftest import Launcher, WriteFile
from tests.support.provider import Answer, Provide, RequestRecord, Usage


def echo(request: RequestRecord) -> Answer:
    words = f"You said {request.last_user_text}, and here are some more words for it."
    return Answer(words, usage=Usage(100, 20))


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_cached_runs_are_in_no_figure_but_their_own(
    launcher: Launcher, provide: Provide, api: str
) -> None:
    provider = provide(route=echo)
    arguments = ("hello", "--repeat", "3", "--cache", "--api", api, "--output", "json")
    summary = launcher.run(*arguments, provider=provider).json
    assert len(provider.requests) == 1
    assert summary["attempts"]["n"] == 1
    assert summary["runs"]["ok"] == 3
    assert summary["cache"] == {"calls": 2, "input": 200, "output": 40, "cost": None}
    assert {name: summary["metrics"][name]["n"] for name in ("ttft", "e2e", "input")} == {
        "ttft": 1, "e2e": 1, "input": 1,
    }  # fmt: skip
    assert [run["cached"] for run in summary["results"]] == [0, 1, 1]
    assert len({run["answer"] for run in summary["results"]}) == 1
    assert summary["connections"] == {"open": 1, "streaming": 1}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_each_prompt_is_asked_once_and_every_other_call_is_a_hit(
    launcher: Launcher, provide: Provide, write: WriteFile, workers: str
) -> None:
    provider = provide(route=echo)
    prompts = write("prompts.txt", "".join(f"prompt {number}\n" for number in range(6)))
    summary = launcher.run(
        "--prompts", prompts, "--repeat", "6", "--concurrency", "6", "--workers", workers,
        "--cache", "--output", "json", provider=provider,
    ).json  # fmt: skip
    assert len(provider.requests) == summary["attempts"]["n"] == 6
    saved = {"calls": 30, "input": 3000, "output": 600, "cost": None}
    assert summary["cache"] == saved
    (sums,) = launcher.ended(launcher.start("cache", "stats", "--json")).json["models"]
    assert {name: sums["hits" if name == "calls" else name] for name in saved} == saved


def test_the_settings_do_not_turn_it_on(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=echo)
    config = launcher.folder / "settings.toml"
    config.write_text("[cache]\nenabled = true\n")
    launcher.run("hello", "--repeat", "2", "--config", str(config), provider=provider)
    assert len(provider.requests) == 2


def test_a_gate_on_cached_calls_alone_is_not_kept_and_says_why(
    launcher: Launcher, provide: Provide
) -> None:
    provider = provide(route=echo)
    launcher.run("hello", "--cache", "--out", "first.json", provider=provider)
    gates = ("--slo", "ttft p95 < 2s", "--goodput", "ttft:2", "--min-good", "90%")
    ended = launcher.run(
        "hello", "--cache", *gates, "--baseline", "first.json", "--junit", "gates.xml",
        provider=provider,
    )  # fmt: skip
    assert ended.code == 3
    assert ended.err.count("nothing was measured: the cache answered every call") == 2
    assert "--baseline · — · no figure has 3 values" in ended.err
    assert 'message="nothing was measured' in (launcher.folder / "gates.xml").read_text()
    assert "cached" in ended.err


def test_a_cached_run_says_so(launcher: Launcher, provide: Provide) -> None:
    provider = provide(route=echo)
    first = launcher.run("hello", "--cache", provider=provider)
    again = launcher.run("hello", "--cache", provider=provider)
    assert again.out == first.out
    assert "cached" in again.err
    assert "first token" not in again.err
    both = launcher.run("hello", "--cache", "--repeat", "2", provider=provider)
    assert "2 calls answered from the cache, which saved 200 tokens in · 40 out" in both.err
    assert len(provider.requests) == 1
