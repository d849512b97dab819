import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.sanitize.secrets import MASK, Masker, secret_headers, secret_values
from tui.protocol.events import AttemptFailed, OutputPrinted, Problem, ToolCalled

KEY = "not-of-any-known-shape"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Incorrect API key: sk-proj-Abc123Abc123Abc123.", f"Incorrect API key: sk-{MASK}."),
        ("Authorization: Bearer abcdef.123456-xyz", f"Authorization: Bearer {MASK}"),
        ("authorization: bearer abcdef.123456-xyz", f"authorization: bearer {MASK}"),
        ('"x-api-key": "0123456789abcdef"', f'"x-api-key": "{MASK}"'),
        ("ghp_abcdefghijklmnopqrst0123", f"ghp_{MASK}"),
        ("xoxb-1234567890-abcdef", f"xoxb-{MASK}"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", f"AIza{MASK}"),
        ("AKIAIOSFODNN7EXAMPLE", f"AKIA{MASK}"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", f"eyJ{MASK}"),
        ("postgresql://app:hunter22@db/main", f"postgresql://app:{MASK}@db/main"),
        (f"the key is {KEY}, again {KEY}", f"the key is {MASK}, again {MASK}"),
    ],
)
def test_a_known_kind_of_key_or_a_value_is_masked(text: str, masked: str) -> None:
    assert Masker([KEY]).mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "a risk-assessment-of-everything-here is a task-force-of-many-people",
        "the bearer of this letter",
        "see https://example.org/a:b@c and user@example.org",
        "sk-short",
        "",
        "An ordinary sentence, of ordinary length, that holds no key at all.",
    ],
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    masker = Masker([KEY])
    assert masker.mask(text) is text


def test_a_short_value_is_not_masked_because_it_may_occur_in_ordinary_text() -> None:
    assert Masker(["test", ""]).mask("this is a test of text") == "this is a test of text"


def test_a_passphrase_of_short_words_is_masked() -> None:
    assert Masker(["open my door"]).mask("say open my door!") == f"say {MASK}!"


def test_the_longer_of_two_values_is_masked_whole() -> None:
    assert Masker(["secret-one", "secret-one-and-more"]).mask("secret-one-and-more") == MASK


@given(st.text(), st.text(min_size=8))
def test_masking_twice_equals_masking_once_and_no_value_remains(text: str, value: str) -> None:
    masker = Masker([value])
    once = masker.mask(text + value + text)
    assert masker.mask(once) is once
    assert value not in once or value in MASK * len(once)


def test_values_come_from_variables_named_like_keys() -> None:
    environment = {
        "OPENAI_API_KEY": "0123456789",
        "HF_TOKEN": "abcdefghijkl",
        "DB_PASSWORD": "short",
        "SSH_AUTH_SOCK": "/run/agent.sock",
        "MONKEY_NAME": "not a secret",
        "HOME": "/home/someone",
    }
    assert secret_values(environment) == ("abcdefghijkl", "0123456789")


def test_strings_of_an_event_are_masked_and_ids_are_not() -> None:
    masker = Masker([KEY])
    problem = Problem(kind="auth", message=f"bad key {KEY}", detail=KEY)
    failed = masker.mask_event(AttemptFailed(at=1, call="c", problem=problem))
    assert failed.problem == Problem(kind="auth", message=f"bad key {MASK}", detail=MASK)
    called = ToolCalled(at=1, tool_call=KEY, name="f", arguments=f'{{"key": "{KEY}"}}')
    assert masker.mask_event(called).tool_call == KEY
    assert masker.mask_event(called).arguments == f'{{"key": "{MASK}"}}'
    harmless = OutputPrinted(at=1, text="ready")
    assert masker.mask_event(harmless) is harmless


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("authorization", f"Bearer {KEY}", [KEY]),
        ("Authorization", KEY, [KEY]),
        ("Proxy-Authorization", f"Basic {KEY}", [KEY]),
        ("api-key", KEY, [KEY]),
        ("X-Api-Key", KEY, [KEY]),
        ("x-gateway-token", KEY, [KEY]),
        ("authorization", "Bearer none", []),
        ("x-request-id", KEY, []),
        ("x-stainless-lang", "python-of-some-version", []),
    ],
)
def test_headers_named_like_keys_hold_keys(name: str, value: str, found: list[str]) -> None:
    assert list(secret_headers({"accept": "text/event-stream", name: value})) == found


def test_a_learned_value_is_masked_from_then_on() -> None:
    masker = Masker()
    assert masker.mask(KEY) == KEY
    masker.learn([KEY])
    masker.learn([f"{KEY}-and-more"])
    assert masker.mask(f"{KEY}, {KEY}-and-more") == f"{MASK}, {MASK}"
