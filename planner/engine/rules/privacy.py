"""Do a person's data leave every copy?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes
from planner.engine.rules.rule import GUIDE, MEDIUM, Fix, Hit, Look, Rule, at_data_set

ERASURE = "https://eur-lex.europa.eu/eli/reg/2016/679/oj, article 17, right to erasure"


def personal_copies(look: Look) -> Iterator[Hit]:
    """A copy of personal data says that it holds them, and how they are deleted from it."""
    for ref in look.refs:
        sources = [path for path in ref.data_set.derived_from if look.plan.data_set(path).personal_data]
        if not sources or (ref.data_set.personal_data and ref.data_set.deletion):
            continue
        source = look.name(sources[0])
        if ref.data_set.personal_data:
            title = f"Nobody says how a person's data leave {ref.data_set.name}"
            message = f"It is a copy of {source}; `deletion` is empty, so a deletion in the source may stop there."
        else:
            title = f"{ref.data_set.name} may hold personal data of {source}"
            message = "The source holds personal data; the copy says it holds none. Deletions must reach every copy."
        yield Hit(at_data_set(ref.path), title, message)


def kept_longer(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        mine = ref.data_set.needs.retention_days
        for path in ref.data_set.derived_from:
            source = look.plan.data_set(path)
            theirs = source.needs.retention_days
            if source.personal_data and theirs and (mine is None or mine.mid > theirs.mid):
                kept = f"{mine.mid:g} days" if mine else "for ever"
                title = f"{ref.data_set.name} keeps what {source.name} promises to forget"
                message = f"The source keeps personal data {theirs.mid:g} days, the copy {kept}."
                yield Hit(at_data_set(ref.path), title, message)


def no_end(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        if ref.data_set.deletion == "retention" and ref.data_set.needs.retention_days is None:
            title = f"{ref.data_set.name} is deleted by retention, and has none"
            yield Hit(at_data_set(ref.path), title, "`deletion` is retention, but `retention_days` is empty.")


RULES = (
    Rule(
        "privacy.derived-copy",
        MEDIUM,
        "A person's data must be deleted from every copy.",
        "Mark the copy as personal data and give it a deletion path.",
        GUIDE + "challenges, data consistency across stores; " + ERASURE,
        personal_copies,
        "A data set is derived from one with personal data, and is not marked as personal data or has no `deletion`.",
        mend=Fix(
            "Marked as personal, with a deletion path",
            "Carry deletions on: with the change stream, or by a request to the owner of the copy.",
            fixes.deletion_path,
        ),
    ),
    Rule(
        "privacy.copy-kept-longer",
        MEDIUM,
        "A promise to delete after some days holds for the copies too.",
        "Shorten the retention of the copy, or take what is personal out of it.",
        ERASURE,
        kept_longer,
        "The source holds personal data and has `retention_days`; those of the copy are more, or empty.",
        mend=Fix("Kept as long as the source", "Delete what is older in the copy.", fixes.retention_of_source),
    ),
    Rule(
        "privacy.no-end",
        MEDIUM,
        "Data that leave by retention never leave where no retention is set.",
        "Enter retention_days, or choose another deletion.",
        ERASURE,
        no_end,
        "`deletion` is retention, and `retention_days` is empty.",
    ),
)
