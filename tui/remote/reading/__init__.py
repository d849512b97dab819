"""What a remote agent's server sends, as events of the dashboard's own protocol. Pure."""
