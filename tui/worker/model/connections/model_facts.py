"""A model's name, API and host."""

from typing import NamedTuple
from urllib.parse import urlsplit

from agents import Model, OpenAIChatCompletionsModel, OpenAIResponsesModel

from tui.protocol.events import Api
from tui.worker.sdk_internals.model_names import client_of
from tui.worker.sdk_internals.other_models import other_api, other_provider

OFFICIAL_HOST = "api.openai.com"
AZURE = (".openai.azure.com", ".services.ai.azure.com")


class ModelFacts(NamedTuple):
    model: str
    api: Api
    host: str
    """``host[:port]``; "" when it is unknown or no network is used."""
    scripted: bool = False
    service: str = ""
    """The provider by the name that LiteLLM or any-llm has for it."""

    @property
    def is_vendor(self) -> bool:
        """Whether the API's vendor, or Azure for it, serves this model."""
        return self.host == OFFICIAL_HOST or self.host.endswith(AZURE)

    @property
    def provider(self) -> str:
        """``gen_ai.provider.name``."""
        return "openai" if self.host == OFFICIAL_HOST else self.host or self.service


def facts_of(model: Model) -> ModelFacts:
    """Also of the user's own model classes, as far as they have these attributes."""
    api: Api = ""
    if isinstance(model, OpenAIResponsesModel):
        api = "responses"
    elif isinstance(model, OpenAIChatCompletionsModel):
        api = "chat"
    else:
        api = other_api(model)
    client, name = client_of(model), getattr(model, "model", "")
    # LiteLLM's and any-llm's models have the address themselves, if they were given one.
    url = getattr(client, "base_url", "") or getattr(model, "base_url", "")
    return ModelFacts(
        model=name if isinstance(name, str) else "",
        api=api,
        host=host_of(str(url or "")),
        scripted=bool(getattr(model, "scripted", False)),
        service=other_provider(model),
    )


def host_of(url: str) -> str:
    """Without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]
