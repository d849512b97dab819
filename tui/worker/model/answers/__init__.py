"""Reading what models answer: text, reasoning, calls, sources, and what each server calls them."""
