"""Pictures in the terminal, drawn by the optional package textual-image."""
