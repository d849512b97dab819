"""With ``--against``, no model is asked but that of the recording."""

from agents import Model, OpenAIResponsesWSModel, UserError

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.model.connections.model_facts import ModelFacts, host_of


def check_recorded(model: Model, facts: ModelFacts, settings: WorkerSettings) -> None:
    """Raise `UserError` for a model that the recording's provider cannot answer.

    A model of the agent's own that names no host, as a scripted one, answers by itself.
    """
    if not settings.recorded:
        return
    where = facts.service or facts.host
    if isinstance(model, OpenAIResponsesWSModel):
        raise UserError("--against does not serve the SDK's websocket transport: use HTTP")
    if facts.service or (facts.host and facts.host != host_of(settings.base_url or "")):
        raise UserError(
            f"--against cannot answer for {where}: the agent's code makes this client itself, with "
            "an address of its own. Let it take the address from OPENAI_BASE_URL."
        )
