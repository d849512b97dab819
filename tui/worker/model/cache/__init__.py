"""The cache of answers: a request that was answered before is answered from a file."""
