"""What is going on in a conversation, folded from its events."""
