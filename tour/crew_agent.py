"""Agents within agents, long arguments, long results, pictures and failures: for all states."""

import base64
import json

from agents import Agent, ToolOutputImage, function_tool

from tests.support.pictures import png


@function_tool
def search_catalogue(query: str) -> str:
    """Find books by words of their title."""
    rows = [{"shelf": f"B{number:03}", "title": f"{query} {number}"} for number in range(120)]
    return json.dumps({"query": query, "found": len(rows), "books": rows})


@function_tool
def read_page(shelf: str, page: int) -> str:
    """Read a page of a book."""
    if page > 400:
        raise ValueError(f"{shelf} has 400 pages, and {page} was asked for")
    return f"Page {page} of {shelf}: in the beginning there was a terminal.\n" * 30


@function_tool
def draw_map(town: str) -> ToolOutputImage:
    """Draw the map of a town."""
    if not town:
        raise ValueError("a map needs a town")
    picture = base64.b64encode(png(320, 200)).decode()
    return ToolOutputImage(image_url=f"data:image/png;base64,{picture}")


@function_tool(needs_approval=True)
def send_letter(recipient: str, subject: str, body: str) -> str:
    """Send a letter."""
    return f"The letter {subject!r} to {recipient} is on its way, {len(body)} characters"


librarian = Agent(
    name="Librarian",
    instructions="librarian",
    model="gpt-5-mini",
    tools=[search_catalogue, read_page],
)
researcher = Agent(
    name="Researcher",
    instructions="researcher",
    model="gpt-5-mini",
    tools=[librarian.as_tool("ask_librarian", "Ask the librarian."), search_catalogue],
)
agent = Agent(
    name="Editor",
    instructions="editor",
    model="gpt-5-mini",
    tools=[
        researcher.as_tool("ask_researcher", "Ask the researcher."),
        draw_map,
        read_page,
        send_letter,
    ],
)
