"""What the palette offers: the commands of the table with their keys."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.dashboard.commands.bindings import commands_of
from tui.dashboard.commands.command import Command
from tui.dashboard.commands.key_names import key_name


class Palette(Provider):
    """One entry for each command: its title and keys, and below them what it does."""

    async def discover(self) -> Hits:
        for command in sorted(self._commands, key=lambda command: command.title):
            entry = _entry(Content(command.title), command)
            yield DiscoveryHit(entry, partial(self._run, command), command.title, command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._commands:
            if (score := matcher.match(command.title)) > 0:
                entry = _entry(matcher.highlight(command.title), command)
                yield Hit(score, entry, partial(self._run, command), command.title, command.help)

    @property
    def _commands(self) -> list[Command]:
        return [command for command in commands_of(self.screen) if command.palette]

    async def _run(self, command: Command) -> None:
        action = f"command({command.id!r})"
        if command.argument:
            action = f"begin_slash({command.slash!r})"
        await self.app.run_action(f"screen.{action}")


def _entry(title: Content, command: Command) -> Content:
    keys = [key_name(key) for key in command.keys]
    if command.slash:
        keys.append(f"/{command.slash}")
    return Content.assemble(title, ("  " + "  ".join(keys), "dim"))
