"""The service's own dialect: sessions, messages, and a stream of named events."""
