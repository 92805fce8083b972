"""Keeps secrets out of the log: addresses that hold a token are written without it."""

from __future__ import annotations

import logging
import re

# Share links, links of suggestions, invitations, password resets and mail confirmations carry their secret in the path.
SECRET_PATHS = re.compile(r"(/s/|/suggestions/|/join/|/reset/key/|/confirm-email/)[^/\s?\"']+")
BEARER = re.compile(r"pst_[\w-]+")


def redacted(text: str) -> str:
    return BEARER.sub("pst_[hidden]", SECRET_PATHS.sub(r"\1[hidden]", text))


class HideSecrets(logging.Filter):
    """Writes every record with its secrets replaced; drops none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage()), ()
        return True
