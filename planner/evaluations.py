"""Documents and evaluations of stored versions, each worked out once.

An evaluation is a pure function of the document, the catalog, the prices and today's date, so these four are its key. It is
kept in the process only: to pickle the example's for a shared cache took longer than its 24 ms of work.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils import timezone

from catalog.facts import PriceBook, Snapshot
from catalog.services import current_prices, current_snapshot, prices_of_book
from catalog.team_prices import paid_by
from planner.engine import document as documents
from planner.engine.document import Plan as Document
from planner.engine.evaluate import evaluate
from planner.engine.results import Evaluation
from planner.models import Plan, Revision


@dataclass(frozen=True)
class _Stored:
    """Key of a document: its hash. Text and value ride along and take no part in the comparison."""

    sha256: str
    text: str = field(compare=False, repr=False)
    value: Document | None = field(compare=False, repr=False, default=None)


@dataclass(frozen=True)
class _Question:
    """Key of an evaluation: the document's hash, the two snapshots and the day."""

    sha256: str
    catalog_id: str
    prices_id: str
    today: dt.date
    document: Document = field(compare=False, repr=False)
    snapshot: Snapshot = field(compare=False, repr=False)
    prices: PriceBook = field(compare=False, repr=False)


def document_of(revision: Revision) -> Document:
    """The document of a stored version."""
    return _loaded(_Stored(revision.document_sha256, revision.document))


def remember_document(revision: Revision, document: Document) -> None:
    """Keep a document that was just saved, so that the page that follows need not read it again."""
    _loaded(_Stored(revision.document_sha256, revision.document, document))


def evaluation_of(revision: Revision, plan: Plan | None = None) -> Evaluation:
    """What a stored version costs, how it recovers and what the review found, with today's catalog and the plan's prices.

    `plan` saves a look-up where the caller has it.
    """
    return _evaluated(_question(revision.document_sha256, document_of(revision), prices_of(plan or revision.plan)))


def evaluation_of_document(document: Document, plan: Plan | None = None) -> Evaluation:
    """The same for a document that is not saved: previews of a plan, the landing page, the API."""
    prices = prices_of(plan) if plan else current_prices()
    return _evaluated(_question(documents.sha256(document), document, prices))


def evaluation_repriced(revision: Revision, plan: Plan) -> Evaluation:
    """The same version with the newest prices, whatever the plan stays with."""
    return _evaluated(_question(revision.document_sha256, document_of(revision), newest_prices(plan)))


def prices_of(plan: Plan) -> PriceBook:
    """The list that the plan stays with, below what its team pays today. The newest where it stays with none."""
    return _paid(plan, prices_of_book(plan.price_book_id) or current_prices())


def newest_prices(plan: Plan) -> PriceBook:
    return _paid(plan, current_prices())


def has_newer_prices(plan: Plan) -> bool:
    """Whether other prices were published since the plan was costed."""
    kept = prices_of_book(plan.price_book_id)
    return kept is not None and kept.id != current_prices().id


def _paid(plan: Plan, book: PriceBook) -> PriceBook:
    return paid_by(plan.team_id, book, current_snapshot())


def _question(sha256: str, document: Document, prices: PriceBook) -> _Question:
    snapshot = current_snapshot()
    return _Question(sha256, snapshot.id, prices.id, timezone.localdate(), document, snapshot, prices)


@lru_cache(maxsize=64)
def _loaded(stored: _Stored) -> Document:
    return stored.value or documents.load_json(stored.text)


@lru_cache(maxsize=32)
def _evaluated(question: _Question) -> Evaluation:
    return evaluate(question.document, question.snapshot, question.prices, question.today)
