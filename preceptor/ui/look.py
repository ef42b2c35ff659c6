"""Light, dark, or as the system says: the values and the cookie that keeps the choice."""

from enum import StrEnum

LOOK_COOKIE = "look"
LOOK_COOKIE_SECONDS = 365 * 24 * 60 * 60


class Look(StrEnum):
    """The three answers to "Appearance"."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        """The word on the control."""
        return self.value.capitalize()


def look_of(value: str | None) -> str:
    """The look that a cookie or a form names; anything unknown is "auto"."""
    return value if value in {look.value for look in Look} else Look.AUTO.value
