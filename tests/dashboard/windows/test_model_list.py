"""`/model` on the screen: the models of the server in use, and the profiles."""

import pytest

from tests.dashboard.test_main_screen import Desk, desk, finished, loaded, started
from tui.core.config.settings import AgentConfig, Config, Profile, Thresholds
from tui.protocol.commands import ListModels, SetModel
from tui.protocol.events import ModelsListed

WORK = Profile(base_url="http://work.test/v1", api="chat", model="big-1", key_env="WORK_KEY")
CONFIG = Config(profiles={"work": WORK})


async def enter(it: Desk, text: str) -> None:
    it.app.main.prompt.put(text)
    await it.press("enter")


def listed(*models: str, **more: object) -> ModelsListed:
    return ModelsListed(at=2, models=models, host="example.test", **more)  # type: ignore[arg-type]


def chosen(it: Desk) -> SetModel:
    (one,) = [command for command in it.sent if isinstance(command, SetModel)]
    return one


async def test_it_lists_what_the_server_has_and_the_profiles() -> None:
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await enter(it, "/model")
        assert isinstance(it.sent[-1], ListModels)
        assert it.shows("asking for the models ...")
        await it.feed(listed("alpha", "model-1", "beta"))
        assert it.shows(r"model-1 +in use")
        assert it.shows(r"profile ollama +127\.0\.0\.1:11434/v1")
        assert it.shows(r"profile work +work\.test/v1 · needs WORK_KEY")
        assert it.text.index("model-1   ") < it.text.index("alpha") < it.text.index("own  ")
        await it.press("b", "e", "t", "enter")
        assert chosen(it) == SetModel(model="beta")
        assert it.app.source.chosen == chosen(it)


async def test_the_model_of_the_profile_comes_first() -> None:
    agent = AgentConfig(profile="work", base_url="http://work.test/v1")
    async with desk(config=Config(agent=agent, profiles={"work": WORK})) as it:
        await it.feed(*loaded())
        await enter(it, "/model")
        await it.feed(listed("alpha"))
        assert it.text.index("big-1") < it.text.index("model-1  ") < it.text.index("alpha")
        assert it.shows(r"big-1 +of the profile")


@pytest.mark.parametrize("problem", ["it does not list its models (no GET /models)"])
async def test_a_server_without_a_list_says_so(problem: str) -> None:
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await enter(it, "/model")
        await it.feed(listed(problem=problem))
        assert f"example.test: {problem}" in it.text
        await it.press("escape")
        assert not it.shows("example.test: it")


async def test_a_profile_is_used_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_KEY", "k-0123456789")
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await enter(it, "/model work")
        assert (chosen(it).model, chosen(it).endpoint is not None) == ("big-1", True)
        endpoint = chosen(it).endpoint
        assert endpoint is not None
        assert (endpoint.base_url, endpoint.api) == ("http://work.test/v1", "chat")
        assert endpoint.key_env == "WORK_KEY"
        # The next one is of the same server, and `own` is what the program was started with.
        await enter(it, "/model big-2")
        assert it.sent[-1] == SetModel(model="big-2", endpoint=endpoint)
        await enter(it, "/model own")
        assert it.sent[-1] == SetModel(model="")


async def test_the_menu_offers_the_models_of_the_server_that_is_in_use_now() -> None:
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await it.press(*"/model ")
        await it.feed(listed("alpha"))
        assert it.shows("alpha")
        await it.press("ctrl+u", *"/model ollama qwen3", "enter")
        await it.press(*"/model ")
        asked = it.sent[-1]
        assert isinstance(asked, ListModels)
        assert asked.endpoint == chosen(it).endpoint
        await it.feed(listed("llama4", profile="ollama"))
        assert it.shows("llama4")
        assert not it.shows("alpha")


async def test_a_profile_without_a_key_is_refused_in_the_chat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("WORK_KEY", raising=False)
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await enter(it, "/model work")
        assert it.shows("The profile work needs a key in the variable WORK_KEY")
        assert not any(isinstance(command, SetModel) for command in it.sent)


async def test_a_profile_without_a_model_lists_its_models_and_takes_the_only_one() -> None:
    async with desk(config=CONFIG) as it:
        await it.feed(*loaded())
        await enter(it, "/model ollama")
        asked = it.sent[-1]
        assert isinstance(asked, ListModels)
        assert asked.endpoint is not None
        assert asked.endpoint.base_url == "http://127.0.0.1:11434/v1"
        await it.feed(listed("qwen3", "llama4", profile="ollama"))
        assert it.shows("Models of ollama"), it.text
        await it.press("escape")
        await enter(it, "/model ollama")
        await it.feed(listed("qwen3", profile="ollama"))
        assert chosen(it) == SetModel(model="qwen3", endpoint=asked.endpoint)


async def test_the_limits_of_a_profile_count_from_the_next_run_on() -> None:
    slow = Profile(
        base_url="http://slow.test/v1", api="chat", model="big-1",
        thresholds={"ttft": 30.0, "tokens_per_second": 1.0}, timeouts={"idle": 400.0},
    )  # fmt: skip
    config = Config(thresholds=Thresholds(ttft=5.0, stall=90.0), profiles={"slow": slow})
    async with desk(config=config) as it:

        def limits() -> tuple[float, float, float]:
            now = it.app.dispatcher.figures().thresholds
            return now.ttft, now.rate, now.stall

        await it.feed(*loaded())
        assert limits() == (5.0, 10.0, 15.0)
        await enter(it, "/model slow")
        assert limits() == (30.0, 1.0, 90.0)
        await it.feed(*started())
        await enter(it, "/model own")
        assert limits() == (30.0, 1.0, 90.0), "the run in progress is the slow server's"
        await it.feed(finished())
        await it.feed(*started("second"))
        assert limits() == (5.0, 10.0, 15.0)
