"""By which address a phone reaches the questionnaire."""

from kaihoken.desk.settings import DeskSettings

_HTTPS = 443


def phones_origin(settings: DeskSettings) -> str:
    """The origin of the phones' pages, "" where no phone is let in."""
    if not settings.phones:
        return ""
    port = "" if settings.phones_port == _HTTPS else f":{settings.phones_port}"
    return f"https://{settings.phones.lower()}{port}"
