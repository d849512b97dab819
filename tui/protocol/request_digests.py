"""Names for what a request to a model holds, alike in the worker and where a recording is read."""

import hashlib
import json

_BYTES = 8


def digest(text: str | bytes) -> str:
    """16 hexadecimal digits; lone surrogates are allowed."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.blake2b(data, digest_size=_BYTES).hexdigest()


def canonical(value: object) -> str:
    """JSON that does not depend on the order of keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
