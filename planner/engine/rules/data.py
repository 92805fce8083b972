"""Was it measured, and how well?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine.rules.rule import GUIDE, LOW, MEDIUM, Hit, Look, Rule, Threshold, at_data_set

WIDE_FACTOR = 20


def unmeasured(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        needs = ref.data_set.needs
        fields = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes")
        missing = [field for field in fields if getattr(needs, field) is None]
        if missing:
            title = f"{ref.data_set.name} has no {missing[0].replace('_', ' ')}"
            message = f"Left empty: {', '.join(missing)}. Size, cost and recovery of its store are unknown or at least."
            yield Hit(at_data_set(ref.path), title, message)


def wide_range(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        fields = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes")
        given = {field: getattr(ref.data_set.needs, field) for field in fields}
        wide = {field: one for field, one in given.items() if one and one.low > 0 and one.high > WIDE_FACTOR * one.low}
        if wide:
            field, one = next(iter(wide.items()))
            title = f"The {field.replace('_', ' ')} of {ref.data_set.name} is a guess"
            message = f"{one.low:,g} to {one.high:,g} is a factor of {one.high / one.low:,.0f}: cost follows it."
            yield Hit(at_data_set(ref.path), title, message)


def no_growth(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        needs = ref.data_set.needs
        if needs.size_gib and needs.growth_per_year is None:
            title = f"Nobody said how fast {ref.data_set.name} grows"
            yield Hit(at_data_set(ref.path), title, "It is taken to stay as it is: no limit is ever reached.")


RULES = (
    Rule(
        "data.unmeasured",
        MEDIUM,
        "Measure, do not guess: a need that was left empty limits nothing and sizes nothing.",
        "Measure the value, or enter a range of three numbers.",
        GUIDE + "best practice 7",
        unmeasured,
        "Size, reads, writes or item size of a data set is empty.",
    ),
    Rule(
        "data.wide-range",
        LOW,
        "Measure, do not guess: a range this wide decides more than any choice of store.",
        "Measure the value for a week, and enter what you saw.",
        GUIDE + "best practice 7",
        wide_range,
        "The high end of size, reads, writes or item size is more than the threshold times the low end.",
        (Threshold(f"{WIDE_FACTOR} times", "high end over low end"),),
    ),
    Rule(
        "data.no-growth",
        LOW,
        "A size without growth hides the month in which a limit is reached.",
        "Enter growth_per_year, 0 if it does not grow.",
        GUIDE + "decision criterion 3, scale expectations",
        no_growth,
        "`size_gib` is filled in and `growth_per_year` is empty.",
    ),
)
