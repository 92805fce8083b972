"""The steps of a restore drill, offered for each new one. Sources: the guide's list of backup tests and common failures."""

from __future__ import annotations

STEPS = (
    "Restore everything into a place apart from production, from the copy that a real failure would leave",
    "Take the time from the decision to the verified result, and hold it against the recovery time objective",
    "Compare row or document counts and checksums with the source; read a few records that people know",
    "Restore in another region than the one that holds the data",
    "Decrypt with the key as an outsider to the daily routine would get it; check who can delete the copies",
    "Follow the written procedure word by word and mend what was missing from it",
    "Note extensions, users, permissions and settings that had to be made by hand",
)


def fresh() -> list[dict[str, object]]:
    return [{"text": text, "done": False} for text in STEPS]
