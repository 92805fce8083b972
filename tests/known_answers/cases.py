"""Cases with known answers: our own files, and every *.json of the folder in KNOWN_ANSWERS."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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


FEWEST_DECIMALS = 3
ROUNDED_TO_ZERO = 0.5e-4  # 0.0 may stand for anything below the fourth decimal


def rounding(value: float, expected: Mapping[str, Any]) -> float:
    """What a file's own rounding takes: half a unit of the last decimal, where there are many enough to tell.

    A value that ends in zeros (107.27) has as many decimals as the longest beside it.
    """
    beside = [one for one in expected.values() if isinstance(one, float)]
    own = _decimals(value)
    places = own if own >= FEWEST_DECIMALS else max([own, *map(_decimals, beside)])
    if value == 0:
        return ROUNDED_TO_ZERO
    return 0.5 * 10.0**-places if places >= FEWEST_DECIMALS else 0.0


def _decimals(value: float) -> int:
    exponent = Decimal(repr(float(value))).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
