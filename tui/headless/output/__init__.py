"""What is printed while prompts run: text, events, a progress bar."""
