from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.transcript.text_pace import MOST_BEHIND, Pacer


def test_instant_releases_everything_at_once() -> None:
    pacer = Pacer("instant", 0.0)
    pacer.arrive("all of it", 0.0)
    assert pacer.release(0.0) == "all of it"
    assert pacer.is_empty


def test_smooth_evens_out_a_burst() -> None:
    pacer = Pacer("smooth", 0.0)
    pacer.arrive("x" * 90, 0.0)
    released = [len(pacer.release(frame / 30)) for frame in range(1, 10)]
    assert sum(released) == 90
    assert max(released) <= 15


@given(st.lists(st.tuples(st.floats(0, 0.5), st.text(max_size=40)), max_size=30))
def test_smooth_is_never_more_than_300_ms_behind(arrivals: list[tuple[float, str]]) -> None:
    pacer = Pacer("smooth", 0.0)
    now, sent, shown = 0.0, "", ""
    due: list[tuple[float, int]] = []
    for wait, text in arrivals:
        now += wait
        pacer.arrive(text, now)
        sent += text
        due.append((now, len(sent)))
        shown += pacer.release(now)
        late = [length for at, length in due if now - at >= MOST_BEHIND]
        assert len(shown) >= max(late, default=0)
        assert sent.startswith(shown)
    shown += pacer.release(now + MOST_BEHIND)
    assert shown == sent


def test_words_per_minute_is_a_reading_speed() -> None:
    pacer = Pacer(300, 0.0)
    pacer.arrive("word. " * 100, 0.0)
    assert len(pacer.release(2.0)) == 60
    assert len(pacer.release(4.0)) == 60


def test_a_pause_does_not_speed_up_the_text_after_it() -> None:
    pacer = Pacer(60, 0.0)
    pacer.arrive("a", 0.0)
    assert pacer.release(1.0) == "a"
    pacer.arrive("word. word. ", 100.0)
    assert len(pacer.release(101.0)) == 6
