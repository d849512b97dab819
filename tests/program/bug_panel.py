"""The panel that reports a bug."""


def no_panel(screen: list[str]) -> bool:
    return not any("streamtui has a bug" in line for line in screen)
