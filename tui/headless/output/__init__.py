"""What is printed while runs go on: text, events, a progress bar."""
