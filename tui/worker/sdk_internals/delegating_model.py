"""A model that stands in front of another one."""

from typing import Any

from agents import Model, ModelRetryAdvice, ModelRetryAdviceRequest


class DelegatingModel(Model):
    """Passes everything on to the model inside, except what a subclass defines."""

    def __init__(self, inner: Model) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        return self._inner.get_retry_advice(request)

    async def close(self) -> None:
        await self._inner.close()

    async def _cleanup_on_run_end(self, owner: object) -> None:
        await self._inner._cleanup_on_run_end(owner)  # noqa: SLF001
