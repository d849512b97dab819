"""Answers in JSON."""

import msgspec
from starlette.responses import Response

from tui.web.request_refusals import ErrorAnswer, ErrorBody, RefusedError


def answered(body: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def refused(error: RefusedError) -> Response:
    """The answer to a request that is refused."""
    body = ErrorBody(code=error.code, message=error.message, retry_after=error.retry_after)
    answer = answered(ErrorAnswer(error=body), error.status)
    if error.code == "UNAUTHORIZED":
        answer.headers["www-authenticate"] = "Bearer"
    if error.retry_after is not None:
        answer.headers["retry-after"] = str(max(1, round(error.retry_after)))
    return answer
