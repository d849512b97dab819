"""Which models a server has: GET /models."""

import asyncio
from typing import Any, NamedTuple

import openai

from tui.worker.failures.classify import run_problem

MOST_MODELS = 1000
LISTING_SECONDS = 15.0


class Listing(NamedTuple):
    models: tuple[str, ...] = ()
    problem: str = ""
    """Why there are none, in a sentence without the key."""


async def list_models(client: openai.AsyncOpenAI, host: str) -> Listing:
    """Ask the server; a failure is in the answer."""
    try:
        async with asyncio.timeout(LISTING_SECONDS):
            names = model_names(await client.get("/models", cast_to=object))
    except TimeoutError:
        return Listing(problem=f"it did not list its models in {LISTING_SECONDS:.0f} s")
    except openai.APIStatusError as error:
        if error.status_code in {404, 405, 501}:
            return Listing(problem="it does not list its models (no GET /models)")
        return Listing(problem=run_problem(error, host=host, spans=[]).message)
    except openai.OpenAIError as error:
        return Listing(problem=run_problem(error, host=host, spans=[]).message)
    except ValueError:
        return Listing(problem="its answer to GET /models is no list of models")
    return Listing(names[:MOST_MODELS], "" if names else "its list of models is empty")


def model_names(answer: Any) -> tuple[str, ...]:
    """The ids in an answer to GET /models. Raise ValueError if it is none."""
    data = answer.get("data", answer.get("models")) if isinstance(answer, dict) else answer
    if not isinstance(data, list):
        raise ValueError("no list of models")  # noqa: TRY004
    ids = (one.get("id", one.get("name")) if isinstance(one, dict) else one for one in data)
    return tuple(dict.fromkeys(one for one in ids if isinstance(one, str) and one))
