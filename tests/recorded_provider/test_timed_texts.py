from tui.recorded_provider.continued_answer import continued
from tui.recorded_provider.recorded_calls import Answer, Chunk
from tui.recorded_provider.timed_texts import TimedTexts, cut


def test_a_text_is_cut_as_it_came() -> None:
    chunks = [Chunk(0.1, "Hel"), Chunk(0.2, "lo "), Chunk(0.4, "there")]
    assert cut("Hello there", chunks, 1.0) == chunks


def test_a_text_that_was_masked_keeps_its_pace() -> None:
    chunks = [Chunk(0.1, "abcd"), Chunk(0.2, "efgh")]
    pieces = cut("0123456789", chunks, 1.0)
    assert [piece.at for piece in pieces] == [0.1, 0.2]
    assert "".join(piece.text for piece in pieces) == "0123456789"


def test_a_text_that_never_streamed_comes_at_the_end() -> None:
    assert cut("whole", [], 2.5) == [Chunk(2.5, "whole")]


def test_several_texts_of_an_answer_get_their_own_deltas() -> None:
    chunks = (Chunk(1.0, "one"), Chunk(2.0, "tw"), Chunk(3.0, "o"))
    texts = TimedTexts(Answer(items=(), texts=chunks, seconds=4.0))
    assert texts.of("text", "one", last=False) == [chunks[0]]
    assert texts.of("text", "two") == list(chunks[1:])


def test_a_continued_answer_is_the_rest_from_its_first_delta_on() -> None:
    item = {"type": "message", "content": [{"type": "output_text", "text": "Hello there"}]}
    chunks = (Chunk(1.0, "Hello"), Chunk(2.0, " the"), Chunk(3.0, "re"))
    rest = continued(Answer(items=(item,), texts=chunks, seconds=4.0), "Hello th")
    assert rest.items[0]["content"][0]["text"] == "ere"
    assert rest.texts == (Chunk(0.0, "e"), Chunk(1.0, "re"))
    assert continued(Answer(items=(item,)), "Something else").items == (item,)
