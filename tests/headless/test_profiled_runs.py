"""``--profile``: which server, API, model and key a run uses."""

import pytest

from tests.headless.conftest import AGENT, Launcher, WriteFile
from tests.support.provider import Answer, Provider
from tests.worker.conftest import StartProvider

KEY = "secret-of-work-0123456789"


def profile(provider: Provider, more: str = "") -> str:
    return (
        f'[profiles.work]\nbase_url = "{provider.base_url}"\nmodel = "big-1"\n'
        f'key_env = "WORK_THING"\n{more}'
    )


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_run_uses_the_profiles_server_api_model_and_key(
    launcher: Launcher, write: WriteFile, provide: StartProvider, api: str
) -> None:
    provider = provide(Answer("fine"))
    write("mine.toml", profile(provider, f'api = "{api}"\n'))
    write(".env", f"WORK_THING={KEY}\n")
    named = ("--profile", "work", "--config", "mine.toml", "--env-file", ".env")
    done = launcher.run("go", *named)
    assert (done.code, done.out) == (0, "fine\n"), done.err
    (request,) = provider.requests
    assert (request.api, request.model) == (api, "big-1")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in done.out + done.err
    files = [path for path in launcher.folder.rglob("journal.db*") if path.is_file()]
    stored = b"".join(path.read_bytes() for path in files)
    assert b"fine" in stored
    assert KEY.encode() not in stored


def test_a_server_without_a_key_gets_that_of_no_other_server(
    launcher: Launcher, write: WriteFile, provide: StartProvider
) -> None:
    provider = provide(Answer("fine"))
    write("mine.toml", f'[profiles.ollama]\nbase_url = "{provider.base_url}"\nmodel = "m"\n')
    done = launcher.run("go", "--profile", "ollama", "--config", "mine.toml")
    assert done.code == 0, done.err
    assert "sk-test" not in provider.requests[0].headers["authorization"]


def test_the_profile_of_the_settings_is_used_unless_a_server_is_named(
    launcher: Launcher, write: WriteFile, provide: StartProvider
) -> None:
    provider, other = provide(Answer("from work")), provide(Answer("from another"))
    write("mine.toml", '[agent]\nprofile = "work"\n' + profile(provider))
    write(".env", f"WORK_THING={KEY}\n")
    named = ("--config", "mine.toml", "--env-file", ".env")
    assert launcher.run("go", *named).out == "from work\n"
    assert launcher.run("go", *named, provider=other).out == "from another\n"
    assert KEY not in other.requests[0].headers["authorization"]


def test_what_is_wrong_is_said_before_anything_runs(
    launcher: Launcher, write: WriteFile, provide: StartProvider
) -> None:
    provider = provide()
    write("mine.toml", profile(provider))
    named = ("--config", "mine.toml", "--profile")
    missing = launcher.run("go", *named, "work")
    assert missing.code == 2
    assert "needs a key in the variable WORK_THING" in missing.err
    unknown = launcher.run("go", *named, "wrok")
    assert unknown.code == 2
    assert "There is no profile 'wrok'. Did you mean work?" in unknown.err
    both = launcher.run("go", *named, "work", provider=provider)
    assert both.code == 2
    assert "Use --profile or --base-url, not both." in both.err
    assert provider.requests == []


def test_two_profiles_are_compared(
    launcher: Launcher, write: WriteFile, provide: StartProvider
) -> None:
    one, other = provide(Answer("from one")), provide(Answer("from other"))
    write(
        "mine.toml",
        "".join(
            f'[profiles.{name}]\nbase_url = "{provider.base_url}"\nmodel = "m"\napi = "chat"\n'
            for name, provider in (("one", one), ("other", other))
        ),
    )
    done = launcher.ended(
        launcher.start(
            "compare", AGENT, "--profile", "one", "--profile", "other", "--prompt", "go",
            "--output", "markdown", "--config", "mine.toml",
        )
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "from one" in done.out
    assert "from other" in done.out
    assert len(one.requests) == len(other.requests) == 1
