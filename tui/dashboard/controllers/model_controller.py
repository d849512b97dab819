"""Chooses the model and the server of the next turn: `/model`."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tui.core.sanitize.characters import clean_line
from tui.protocol import events
from tui.protocol.commands import ListModels, SetModel
from tui.protocol.worker_settings import Endpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.config.settings import Config
    from tui.core.metrics import Thresholds
    from tui.dashboard.commands.command_ranking import Choice
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.dashboard.windows.chooser import Chooser

OWN = "own"
"""What the agent was started with, as the argument of `/model`."""


class ModelController:
    """Carries out `/model`. The conversation stays: the worker makes it fit the other server."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.names: tuple[str, ...] = ()
        """What the server in use has listed; () if it was not asked."""
        self._endpoint: Endpoint | None = None
        """The server in use; None: that with which the program was started."""
        self._asked: Endpoint | None = None
        """The server that the open list is about."""
        self._for_profile = False
        """The open list is about a profile that was chosen and that names no model."""
        self._list: Chooser | None = None
        self._limits: Thresholds | None = None
        """The thresholds from the next run on; None: unchanged."""
        self._offers = False
        """The server in use was asked for what the prompt offers."""

    def model(self, argument: str = "") -> None:
        first, _, rest = argument.partition(" ")
        if not argument:
            self._open(None)
        elif argument == OWN:
            self._use("", None)
        elif argument not in self.names and self._is_profile(first):
            self._use_profile(first, rest.strip())
        else:
            self._use(argument, self._endpoint)

    def offered(self) -> Sequence[str]:
        """What can be written after `/model`; the server is asked, once, and answers later."""
        from tui.core.config.profiles import profiles_of

        if not self.names and not self._offers:
            self._offers = self._screen.source.send(ListModels(endpoint=self._endpoint))
        return [OWN, *self.names, *profiles_of(self._config)]

    def listed(self, event: events.ModelsListed) -> None:
        """A server has said which models it has."""
        if event.profile == (self._endpoint.profile if self._endpoint is not None else ""):
            self.names = event.models
            self._screen.prompt.completion.refresh()
        asked = self._asked.profile if self._asked is not None else ""
        if self._list is None or event.profile != asked:
            return
        if self._for_profile and len(event.models) == 1:
            self._list.dismiss(f"model:{event.models[0]}")
        else:
            self._list.fill(self._choices(event))

    def _open(self, endpoint: Endpoint | None) -> None:
        """Ask a server for its models, and list them."""
        from tui.dashboard.windows.chooser import Chooser

        # The answer about the server in use is about its profile, if a profile was chosen.
        self._asked, self._for_profile = endpoint or self._endpoint, endpoint is not None
        sent = self._screen.source.send(ListModels(endpoint=self._asked))
        waiting = "asking for the models ..." if sent else self._screen.reloads.why_no_worker
        title = "Models" if endpoint is None else f"Models of {endpoint.profile}"
        self._list = Chooser(title, self._around([_note(waiting)]), as_given=True)
        self._screen.app.push_screen(self._list, self._answered)

    def _answered(self, answer: str | None) -> None:
        asked, self._asked, self._list = self._asked, None, None
        kind, _, name = (answer or "").partition(":")
        match kind:
            case "own":
                self._use("", None)
            case "model":
                self._use(name, asked)
            case "profile":
                self._use_profile(name, "")

    def _choices(self, event: events.ModelsListed) -> list[Choice]:
        loaded = self._screen.conversation.loaded
        now = loaded.model if loaded is not None and self._asked == self._endpoint else ""
        preferred = self._preferred()
        first = [name for name in (preferred, now) if name]
        names = dict.fromkeys((*first, *event.models))
        rows = [_choice(f"model:{name}", name, self._about(name, now, preferred)) for name in names]
        if event.problem:
            at = f"{event.host}: " if event.host else ""
            rows.append(_note(f"{at}{event.problem}"))
        return self._around(rows)

    def _around(self, rows: Sequence[Choice]) -> list[Choice]:
        """With what else can be chosen, unless the models of a profile are listed."""
        from tui.core.config.profiles import missing_key, profiles_of

        if self._for_profile:
            return [*rows]
        others = []
        for name, profile in profiles_of(self._config).items():
            url = (profile.base_url or "").removeprefix("https://").removeprefix("http://")
            lacks = missing_key(name, profile, os.environ) and not self._elsewhere
            key = f" · needs {profile.key_env}" if lacks else ""
            others.append(_choice(f"profile:{name}", f"profile {name}", f"{url}{key}"))
        own = _choice("own:", OWN, "the model and the server of the start")
        return [*rows, own, *others]

    def _preferred(self) -> str:
        from tui.core.config.profiles import profiles_of

        name = self._asked.profile if self._asked is not None else self._config.agent.profile
        profile = profiles_of(self._config).get(name or "")
        return (profile.model or "") if profile is not None else ""

    def _about(self, name: str, now: str, preferred: str) -> str:
        said = ("in use" if name == now else "", "of the profile" if name == preferred else "")
        return " · ".join(filter(None, said))

    def _is_profile(self, name: str) -> bool:
        from tui.core.config.profiles import profiles_of

        return name in profiles_of(self._config)

    def _use_profile(self, name: str, model: str) -> None:
        from tui.core.config.profiles import ProfileError, endpoint_of, missing_key, profile_named

        try:
            profile = profile_named(self._config, name, os.environ)
        except ProfileError as error:
            self._screen.say(str(error))
            return
        if not self._elsewhere and (missing := missing_key(name, profile, os.environ)):
            self._screen.say(missing)
            return
        endpoint = endpoint_of(self._config, name, profile)
        if model or profile.model:
            self._use(model or profile.model or "", endpoint)
        else:
            self._open(endpoint)

    def run_began(self) -> None:
        """Apply the thresholds of the server that was chosen: the run uses it."""
        if self._limits is not None:
            self._screen.dispatcher.judge_by(self._limits)
            self._limits = None

    def _use(self, model: str, endpoint: Endpoint | None) -> None:
        if endpoint != self._endpoint:
            self.names, self._offers = (), False
            self._limits = self._limits_at(endpoint)
        self._endpoint = endpoint
        if not self._screen.conversation.running:
            self.run_began()
        source = self._screen.source
        source.chosen = SetModel(model=model, endpoint=endpoint)
        source.send(source.chosen)
        at = f" at {endpoint.profile}" if endpoint is not None else ""
        self._screen.tell(f"From the next turn on: {model or 'its own model'}{at}.")

    def _limits_at(self, endpoint: Endpoint | None) -> Thresholds:
        from tui.core.config.profiles import profile_named, with_profile
        from tui.journal.stored_figures import limits_of

        config = self._config
        if endpoint is not None:
            profile = profile_named(config, endpoint.profile, os.environ)
            config = with_profile(config, endpoint.profile, profile)
        return limits_of(config)

    @property
    def _config(self) -> Config:
        return self._screen.options.config

    @property
    def _elsewhere(self) -> bool:
        """The worker runs on another machine, whose keys are not known here."""
        return self._screen.options.remote


def _choice(answer: str, name: str, about: str) -> Choice:
    from tui.dashboard.commands.command_ranking import Choice

    return Choice(id=answer, title=clean_line(name), about=clean_line(about))


def _note(words: str) -> Choice:
    """A row that only informs."""
    from tui.dashboard.commands.command_ranking import Choice

    return Choice(id=words, title=clean_line(words), selectable=False)
