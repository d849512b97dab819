"""Windows and lines that open on top of a screen: lists, questions, editors."""
