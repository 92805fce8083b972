"""How often the web process looks for garbage in circles."""

from __future__ import annotations

import gc

# The process keeps about a million small values (catalog, prices, evaluations). With Python's own thresholds it walks all of
# them every few edits of a large plan, 0.3 s each time; nearly everything that is thrown away has no circles.
THRESHOLDS = (50_000, 20, 100)


def rarely() -> None:
    gc.set_threshold(*THRESHOLDS)
