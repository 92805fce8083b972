"""The guide's decision tree, question by question, and the needs that its answers say.

The tree stops at the first "yes" and names one or two systems. The ranking reads every answer, in no order. Both are
shown beside each other, so that a person sees what the tree leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.document import Needs
from planner.engine.ranking import TIE_POINTS
from planner.engine.results import Candidate, Contribution, Ranking

Answers = Mapping[str, str]
UNSURE = "unsure"
QUANTITIES = ("reads_per_second", "writes_per_second", "size_gib")
# Of no source: the rate that "more than one machine can take" stands for until the true one is typed.
EXTREME_WRITES_PER_SECOND = (50_000, 100_000, 300_000)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. `stores` = where the guide's tree ends with it, () = the tree goes on; `needs` = fields it fills."""

    value: str
    label: str
    help: str
    needs: Mapping[str, object]
    stores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    slug: str
    short: str
    title: str
    help: str
    options: tuple[Option, ...]

    def option(self, value: str) -> Option | None:
        return next((one for one in self.options if one.value == value), None)


@dataclass(frozen=True, slots=True)
class Step:
    """A question on the tree's path, with the answer as the tree took it."""

    question: Question
    option: Option


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the tree ended. `stores` = () if no question was answered with yes; `unread` = answers it never looked at."""

    path: tuple[Step, ...]
    stores: tuple[str, ...]
    unread: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the ranking sees a system that the tree named. `rank` None = ruled out."""

    database: str
    rank: int | None
    score: float | None
    text: str


NOT_SURE = Option(UNSURE, "Not sure", "Keeps all options; the need stays open in the plan.", {})
QUESTIONS: tuple[Question, ...] = (
    Question(
        "acid", "Changes that belong together", "Must several changes succeed or fail together?",
        "For example: take stock, charge the card and create the order. If one step fails, none may remain.",
        (
            Option("yes", "Yes, across several records", "With joins and queries by other fields than the key.",
                   {"consistency": "strong", "transactions": "multi-record", "queries": ("join", "secondary-index"),
                    "schema": "fixed"}, ("postgresql", "mysql")),
            Option("record", "Only within one record", "A document or row with everything in it.",
                   {"transactions": "single-record"}),
            Option("no", "No, each change stands alone", "A short delay until everyone sees a change is fine.",
                   {"transactions": "none", "consistency": "eventual"}),
            NOT_SURE,
        ),
    ),
    Question(
        "shape", "Shape of the data", "Does the structure differ from record to record?",
        "For example: products with other attributes in each category, kept as documents with lists inside.",
        (
            Option("yes", "Yes, flexible documents", "Read and indexed inside their nested fields.",
                   {"schema": "flexible", "queries": ("nested-document",)}, ("mongodb",)),
            Option("no", "No, the same fields each time", "Tables, events or measurements with known fields.",
                   {"schema": "fixed"}),
            NOT_SURE,
        ),
    ),
    Question(
        "lookup", "Access by key", "Is it nearly always read by its key, and must that be fast?",
        "For example: sessions, carts, feature flags, tokens.",
        (
            Option("memory", "Yes, from memory", "Answers within about a millisecond; the last second may be lost.",
                   {"queries": ("point-lookup", "ttl-expiry"), "latency_p99_ms": 2}, ("redis",)),
            Option("disk", "Yes, and nothing may be lost", "Answers within about ten milliseconds.",
                   {"queries": ("point-lookup",), "latency_p99_ms": 10}, ("dynamodb",)),
            Option("no", "No, it is searched in other ways", "By other fields, by words, by ranges or in bulk.", {}),
            NOT_SURE,
        ),
    ),
    Question(
        "search", "Words in text", "Do people search for words in it?",
        "Full-text search with relevance and typing errors, for example over products or log lines.",
        (
            Option("yes", "Yes", "Results ordered by relevance.", {"queries": ("full-text",)}, ("elasticsearch",)),
            Option("no", "No", "Exact values only.", {}),
            NOT_SURE,
        ),
    ),
    Question(
        "analytics", "Sums over many records", "Is it read in sums over many records?",
        "Dashboards and reports: counts, averages and groups over millions of rows.",
        (
            Option("yes", "Yes", "Few columns of very many rows.", {"queries": ("aggregation", "bulk-scan")},
                   ("clickhouse", "postgresql")),
            Option("no", "No", "Single records or short lists.", {}),
            NOT_SURE,
        ),
    ),
    Question(
        "writes", "Very many writes", "Does it take more writes than one machine can?",
        "Tens of thousands of writes per second, without end.",
        (
            Option("yes", "Yes", "Counted as 50,000 to 300,000 writes per second until you give a number.",
                   {"writes_per_second": EXTREME_WRITES_PER_SECOND}, ("cassandra", "dynamodb")),
            Option("no", "No", "One machine and its standby are enough.", {}),
            NOT_SURE,
        ),
    ),
)  # fmt: skip
BY_SLUG = {one.slug: one for one in QUESTIONS}


def needs_of(answers: Answers, quantities: Mapping[str, float] | None = None) -> Needs:
    """The needs that the answers say; what was not answered stays empty. Typed quantities win over assumed ones.

    The first question that speaks of a field decides it; query words are collected.
    """
    found: dict[str, object] = {}
    queries: dict[str, None] = {}
    for _, option in _answered(answers):
        for field, value in option.needs.items():
            if field == "queries":
                queries |= dict.fromkeys(value)  # type: ignore[call-overload]
            else:
                found.setdefault(field, value)
    typed = {key: value for key, value in (quantities or {}).items() if key in QUANTITIES}
    return Needs.model_validate({**found, **typed, "queries": tuple(queries)})


def leaf_of(answers: Answers) -> Leaf:
    """The tree's walk: questions in order, until one is answered with an option that names systems."""
    steps = [Step(question, option) for question, option in _answered(answers)]
    end = next((place for place, step in enumerate(steps) if step.option.stores), None)
    if end is None:
        return Leaf(tuple(steps), (), ())
    return Leaf(tuple(steps[: end + 1]), steps[end].option.stores, tuple(steps[end + 1 :]))


def _answered(answers: Answers) -> list[tuple[Question, Option]]:
    found = [(question, question.option(answers.get(question.slug, ""))) for question in QUESTIONS]
    return [(question, option) for question, option in found if option is not None]


def differences(leaf: Leaf, ranking: Ranking) -> tuple[Difference, ...]:
    """For each system that the tree named, where the ranking has it and what puts it there."""
    return tuple(_difference(one, ranking) for one in leaf.stores)


def _difference(database: str, ranking: Ranking) -> Difference:
    refused = ranking.refusal(database)
    if refused is not None:
        return Difference(database, None, None, "; ".join(one.text for one in refused.reasons if one.hard))
    candidate = ranking.candidate(database)
    if candidate is None:
        return Difference(database, None, None, "not in the catalog")
    return Difference(database, candidate.rank, candidate.score, _compared(candidate, ranking.ranked[0]))


def _compared(candidate: Candidate, leader: Candidate) -> str:
    if candidate.rank == 1:
        return "the ranking agrees"
    behind = ", ".join(
        f"{label} (−{points:.0f})" for label, points in _behind(candidate.contributions, leader.contributions)
    )
    gap = leader.score - candidate.score
    if gap <= TIE_POINTS:
        return f"as good as a tie, {gap:.1f} points behind" + (f": {behind}" if behind else "")
    return f"{gap:.0f} points behind: {behind}" if behind else f"{gap:.0f} points behind in many small parts"


def _behind(own: tuple[Contribution, ...], first: tuple[Contribution, ...]) -> list[tuple[str, float]]:
    """The criteria that cost it most against the leader, in points, at most three."""
    points = {part.criterion: part.points for part in own}
    gaps = [(part.label.lower(), part.points - points.get(part.criterion, 0.0)) for part in first]
    return sorted((gap for gap in gaps if gap[1] >= 0.5), key=lambda gap: -gap[1])[:3]
