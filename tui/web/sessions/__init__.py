"""The sessions of the service: each a conversation with its figures, its ledger and its journal."""
