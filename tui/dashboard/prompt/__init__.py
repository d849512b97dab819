"""What the prompt is made of: editing, folded pastes, menus, history, drafts, attached files."""
