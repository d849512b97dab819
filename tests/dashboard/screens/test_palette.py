"""What the palette offers."""

import pytest
from textual.command import DiscoveryHit, Hit

from tests.dashboard.test_main_screen import Desk, desk
from tui.core.config.settings import Config
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.key_names import key_name
from tui.dashboard.screens.palette import Palette

OFFERED = [command for command in COMMANDS if command.palette]


async def entries(it: Desk, query: str = "") -> dict[str, Hit | DiscoveryHit]:
    provider = Palette(it.app.main)
    hits = provider.search(query) if query else provider.discover()
    return {hit.text or "": hit async for hit in hits}


async def test_every_entry_has_title_keys_and_help_of_its_command() -> None:
    async with desk() as it:
        found = await entries(it)
        assert list(found) == sorted(command.title for command in OFFERED)
        for command in OFFERED:
            hit = found[command.title]
            assert hit.help == command.help
            slash = [f"/{command.slash}"] if command.slash else []
            keys = [*map(key_name, command.keys), *slash]
            assert str(hit.prompt).removeprefix(command.title).split() == keys


async def test_an_entry_shows_the_keys_of_the_settings() -> None:
    moved = {
        command.id: f"f{number}" for number, command in enumerate(OFFERED, 20)
        if command.keys and command.scope == "everywhere"
    }  # fmt: skip
    async with desk(config=Config(keys=moved)) as it:
        for query in ("", "e"):
            found = await entries(it, query)
            assert found
            for command in OFFERED:
                if command.id in moved and command.title in found:
                    words = str(found[command.title].prompt).split()
                    assert key_name(moved[command.id]) in words
                    assert not {key_name(key) for key in command.keys} & set(words)


async def test_a_search_finds_commands_by_title() -> None:
    async with desk() as it:
        assert list(await entries(it, "statistics")) == ["Statistics"]


async def test_every_entry_starts_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as it:
        for hit in (await entries(it)).values():
            done: list[str] = []

            async def record(action: str, done: list[str] = done) -> bool:
                done.append(action)
                return True

            monkeypatch.setattr(it.app, "run_action", record)
            await hit.command()
            (command,) = [command for command in OFFERED if command.title == hit.text]
            begun = f"command({command.id!r})"
            if command.argument:
                begun = f"begin_slash({command.slash!r})"
            assert done == [f"screen.{begun}"]


async def test_the_palette_key_opens_it_with_the_keys_in_view() -> None:
    async with desk() as it:
        await it.press("ctrl+p", *"retry")
        await it.pilot.app.workers.wait_for_complete()
        await it.pilot.pause()
        assert it.shows(r"Retry  \^R  F5  /retry")
