"""HTTP errors of real providers, as steps for a script."""

from tests.support.provider.script import HttpError


def rate_limited(retry_after: float | str = 1) -> HttpError:
    return HttpError(
        status=429,
        message="Rate limit reached for requests. Please try again later.",
        type="requests",
        code="rate_limit_exceeded",
        headers={"Retry-After": str(retry_after)},
    )


def quota_exhausted() -> HttpError:
    return HttpError(
        status=429,
        message="You exceeded your current quota, please check your plan and billing details.",
        type="insufficient_quota",
        code="insufficient_quota",
    )


def invalid_key() -> HttpError:
    """A 401 that echoes the caller's key, as OpenAI-compatible servers do."""
    return HttpError(
        status=401,
        message="Incorrect API key provided: {key}.",
        type="invalid_request_error",
        code="invalid_api_key",
    )


def model_not_found(model: str = "no-such-model") -> HttpError:
    return HttpError(
        status=404,
        message=f"The model `{model}` does not exist or you do not have access to it.",
        type="invalid_request_error",
        code="model_not_found",
        param="model",
    )


def context_too_long() -> HttpError:
    return HttpError(
        status=400,
        message="Your input exceeds the context window of this model.",
        type="invalid_request_error",
        code="context_length_exceeded",
        param="input",
    )


def server_error(status: int = 500) -> HttpError:
    return HttpError(status=status)
