"""A model's name, API and host."""

from typing import NamedTuple
from urllib.parse import urlsplit

from agents import Model, OpenAIChatCompletionsModel, OpenAIResponsesModel

from tui.protocol.events import Api
from tui.worker.sdk_internals.model_names import client_of

OFFICIAL_HOST = "api.openai.com"
AZURE = (".openai.azure.com", ".services.ai.azure.com")


class ModelFacts(NamedTuple):
    model: str
    api: Api
    host: str
    """``host[:port]``; "" when it is unknown or no network is used."""
    scripted: bool = False

    @property
    def is_vendor(self) -> bool:
        """Whether the API's vendor, or Azure for it, serves this model."""
        return self.host == OFFICIAL_HOST or self.host.endswith(AZURE)

    @property
    def provider(self) -> str:
        """``gen_ai.provider.name``."""
        return "openai" if self.host == OFFICIAL_HOST else self.host


def facts_of(model: Model) -> ModelFacts:
    """Also of the user's own model classes, as far as they have these attributes."""
    api: Api = ""
    if isinstance(model, OpenAIResponsesModel):
        api = "responses"
    elif isinstance(model, OpenAIChatCompletionsModel):
        api = "chat"
    client = client_of(model)
    name = getattr(model, "model", "")
    return ModelFacts(
        model=name if isinstance(name, str) else "",
        api=api,
        host=host_of(str(getattr(client, "base_url", "") or "")),
        scripted=bool(getattr(model, "scripted", False)),
    )


def host_of(url: str) -> str:
    """Without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]
