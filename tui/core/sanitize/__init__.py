"""What may reach a terminal or a file: characters that harm, and keys."""
