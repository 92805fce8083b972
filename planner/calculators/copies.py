"""3-2-1 and 3-2-1-1-0, clause by clause, and the chance that in a year no copy is left."""

from __future__ import annotations

from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine.backup.loss import CountedCopy, PlacedCopy, all_lost, three_two_one_one_zero
from planner.engine.results import Because
from planner.forms.backup_calculators import CopiesCalculatorForm


def compute(inputs: Inputs) -> Answer:
    counted = copies_of(inputs)
    met = three_two_one_one_zero(counted)
    backups = [one for one in counted if one.role == "backup"]
    sites, media = {one.site for one in counted}, {one.media for one in counted}
    share, site = inputs["copy_fails"], inputs["site_fails"]
    likely, low, high = (
        all_lost([PlacedCopy(one, copy.site) for copy in counted], lost)
        for one, lost in ((share.mid, site.mid), (share.low, site.low), (share.high, site.high))
    )
    figures = (
        Figure("copies", "3: copies", "copies", float(len(counted)), note=_note(met.copies, "live data and replicas count")),
        Figure("media", "2: kinds of storage", "kinds", float(len(media)), note=_note(met.media, "the live one included")),
        Figure("sites", "1: off site", "sites", float(len(sites)), note=_note(met.offsite, "a backup away from the live data")),
        Figure(
            "immutable", "1: cannot be changed", "copies", float(sum(one.immutable for one in backups)),
            note=_note(met.immutable, "locked or offline"),
        ),
        Figure("verified", "0: errors when last verified", "errors", 0.0 if met.verified else None, note=_note(met.verified, VERIFIED)),
        Figure("none_left", "Chance that no copy is left within a year", "ratio", likely, low, high, WITHOUT_THIEVES),
        Figure("one_a_year", "That is once in", "years", 1 / likely if likely else None),
    )  # fmt: skip
    return Answer(figures, _because())


WITHOUT_THIEVES = "without thieves: they take what is not locked"
VERIFIED = "a restore that was compared with the source"


def _note(met: bool, text: str) -> str:
    return f"{'met' if met else 'NOT met'}: {text}"


def copies_of(inputs: Inputs) -> list[CountedCopy]:
    media = "other" if inputs["other_medium"] == "yes" else "live"
    errors = 0 if inputs["verified"] == "yes" else None
    found = [CountedCopy("production", "live", "here"), *[CountedCopy("replica", "live", "here")] * inputs["replicas"]]
    found += [CountedCopy("backup", media, "here", errors=errors)] * inputs["here"]
    found += [
        CountedCopy("backup", media, "away", immutable=number < inputs["locked"], errors=errors)
        for number in range(inputs["away"])
    ]
    return found


def _because() -> tuple[Because, ...]:
    return (
        Because(
            "fact", "3 copies, 2 kinds of storage, 1 off site", "",
            "https://www.cisa.gov/sites/default/files/publications/data_backup_options.pdf", "2026-11-23",
        ),
        Because("formula", "No copy left: over every state of the sites, the product of the chances that each copy is gone"),
        Because("input", "Copies fail independently of each other; a site takes all its copies along"),
        Because("assumption", "Chances are yours; those that the page begins with are assumptions"),
    )  # fmt: skip


COPIES = Calculator(
    slug="copies",
    title="3-2-1 rule",
    about="Three copies, two kinds of storage, one off site, one locked, no errors: clause by clause, and the chance to lose all.",
    icon="shield",
    form=CopiesCalculatorForm,
    compute=compute,
)
