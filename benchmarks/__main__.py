"""`python -m benchmarks`: every figure with its limit; exit code 1 if one is missed."""

from __future__ import annotations

import sys

from benchmarks import caching, catalog, check, designer, engine, impact, parity, placing, ranking, recovery


def main() -> int:
    print(f"{'what':<66} {'value':>10} {'limit':>10}")
    missed = False
    for part in (engine, recovery, parity, caching, check, designer, catalog, impact, placing, ranking):
        for one in part.measure():
            print(one.row, flush=True)
            missed = missed or not one.ok
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
