"""Another model or server for the runs to come, and what a server has to choose from."""

from msgspec import structs

from tui.protocol.commands import SetModel
from tui.protocol.events import ModelsListed
from tui.protocol.worker_settings import Endpoint, WorkerSettings
from tui.worker.agent.loaded_agent import LoadedAgent
from tui.worker.model.attempts.attempt_cost import PriceList
from tui.worker.model.connections.model_facts import host_of
from tui.worker.model.connections.model_listing import list_models
from tui.worker.model.connections.model_provider import client_for
from tui.worker.observer import Observer
from tui.worker.server_state import ServerState


class ModelChoice:
    """What was chosen. The server takes effect with the next run; `take_effect` is called then."""

    def __init__(self, observer: Observer, settings: WorkerSettings) -> None:
        self._observer = observer
        self._started_with = settings
        self._settings = settings

    def choose(self, agent: LoadedAgent, command: SetModel) -> None:
        """For all runs from the next one on."""
        settings = in_endpoint(self._started_with, command.endpoint)
        chosen = command.model or settings.model
        if _server(settings) == _server(self._settings):
            agent.set_model(chosen)
        elif agent.set_server(settings, chosen):
            self._settings = settings
            if self._observer.turn is None:
                self.take_effect(agent)
        else:
            self._observer.tell("the RunConfig has its own model_provider: it stays")

    def take_effect(self, agent: LoadedAgent) -> None:
        """Before a run: use the times, the prices and the key of the server that was chosen."""
        observer = self._observer
        if observer.settings is self._settings:
            return
        observer.settings = self._settings
        observer.prices = PriceList(self._settings.prices)
        observer.leave_server_behind()
        if observer.ledger.server.leave():
            observer.tell("the server's conversation stays as it is: all messages are sent")
        observer.ledger.server = ServerState.of(agent.options)

    async def listed(self, agent: LoadedAgent | None, endpoint: Endpoint | None) -> ModelsListed:
        """Ask the server; what it answers, or why it does not."""
        at, settings = self._observer.writer.now, in_endpoint(self._settings, endpoint)
        profile = endpoint.profile if endpoint is not None else ""
        if endpoint is not None:
            client = client_for(settings)
        else:
            client = agent.client if agent is not None else None
        host = host_of(str(client.base_url)) if client is not None else ""
        if client is None:
            why = "no server answers here" if agent is not None else "the agent is not loaded"
            return ModelsListed(at=at(), profile=profile, problem=why)
        found = await list_models(client, host)
        return ModelsListed(
            at=at(), profile=profile, host=host, models=found.models, problem=found.problem
        )


def in_endpoint(settings: WorkerSettings, endpoint: Endpoint | None) -> WorkerSettings:
    """The settings with those of a profile in their place."""
    if endpoint is None:
        return settings
    changes = {name: getattr(endpoint, name) for name in endpoint.__struct_fields__}
    # The model of another server.
    return structs.replace(settings, model=None, **changes)


def _server(settings: WorkerSettings) -> tuple[object, ...]:
    return (settings.profile, settings.base_url, settings.api, settings.key_env)
