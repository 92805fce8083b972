"""What a first visit may weigh, and that tokens are readable (docs/design.md)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = (STATIC / "css/app.css").read_text()
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)", CSS)
}


def packed(path: str) -> int:
    return len(gzip.compress((STATIC / path).read_bytes(), 9))


def test_style_sheet_and_script_stay_within_their_budgets() -> None:
    assert packed("css/app.css") <= 20 * 1024
    assert sum(packed(f"js/{path.name}") for path in (STATIC / "js").glob("*.js")) <= 13 * 1024


def test_fonts_stay_within_their_budget_and_carry_their_licence() -> None:
    assert sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")) <= 55 * 1024
    assert "SIL Open Font License" in (STATIC / "fonts/OFL.txt").read_text()


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    full = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *(
            (text, ground)
            for text in ("ink", "ink-2", "ink-3")
            for ground in ("surface", "paper", "sunken", "accent-weak")
        ),
        *((text, ground) for text in ("accent", "ok", "warn", "bad") for ground in ("surface", "paper")),
        *((one, f"{one}-weak") for one in ("ok", "warn", "bad")),
        ("accent-ink", "accent-weak"),
        ("on-accent", "accent"),
        *(
            (one, "surface")
            for one in (
                "relational",
                "document",
                "key-value",
                "wide-column",
                "columnar",
                "search",
                "object",
                "graph",
                "time-series",
            )
        ),
    ],
)
def test_text_has_enough_contrast(text: str, ground: str, mode: int) -> None:
    assert contrast(TOKENS[text][mode], TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_outlines_of_controls_can_be_seen(mode: int) -> None:
    assert contrast(TOKENS["control"][mode], TOKENS["surface"][mode]) >= 3
