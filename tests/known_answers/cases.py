"""Cases with known answers: our own files, and every *.json of the folder in KNOWN_ANSWERS."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent


def cases_of(kinds: set[str], own: str) -> list[dict[str, Any]]:
    """Cases of these kinds, each with its id; a file without cases of them is somebody else's."""
    given = os.environ.get("KNOWN_ANSWERS")
    paths = [OWN / own, *(sorted(Path(given).rglob("*.json")) if given else ())]
    found = []
    for path in paths:
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # samples of other formats lie beside the cases
            if path.parent == OWN:
                raise
            continue
        cases = tree.get("cases", []) if isinstance(tree, dict) else []
        found += [case for case in cases if isinstance(case, dict) and case.get("kind") in kinds]
    return found


FEWEST_DECIMALS = 4


def rounding(value: float) -> float:
    """What a file's own rounding takes: half a unit of the last decimal, where there are many enough to tell."""
    exponent = Decimal(repr(value)).as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) and exponent <= -FEWEST_DECIMALS else 0.0
