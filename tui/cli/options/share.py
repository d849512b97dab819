"""An option's value that is a share."""

from typing import Any

import click


class Share(click.ParamType[float]):
    """A share: ``20%`` or ``0.2``, and no more than ``most``."""

    name = "share"

    def __init__(self, most: float = float("inf")) -> None:
        self.most = most

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share < float("inf"):
            self.fail(f"{value!r} is not a share: write 20% or 0.2", param, ctx)
        if share > self.most:
            self.fail(f"{value!r} is more than {self.most:.0%}", param, ctx)
        return share
