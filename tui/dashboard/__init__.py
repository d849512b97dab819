"""The Textual dashboard: the only part of the program that imports Textual."""
