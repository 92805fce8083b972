"""The report: one content for page, Markdown and PDF; user text is never markup."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from catalog.services import current_snapshot
from planner import jobs, report, services
from planner.engine import edits
from planner.engine.document import Plan as Document
from planner.models import Job, Plan
from planner.report_parts import Content
from tests.factories import make_people
from tests.planner.plans import browser, example, make_plan

pytestmark = pytest.mark.django_db
HOSTILE = '#read("/etc/passwd") *bold* <script>alert(1)</script> $x$ @ref'


def content_of(plan: Plan, **options: object) -> Content:
    assert plan.head is not None
    document, evaluation = services.document_of(plan.head), services.evaluation_of(plan.head)
    return report.content(plan.head, document, evaluation, None, current_snapshot(), options)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def hostile() -> Document:
    document = example()
    orders = document.data_set("order-service/orders").model_copy(update={"name": HOSTILE})
    return edits.with_plan_fields(edits.with_data_set(document, "order-service/orders", orders), name=HOSTILE)


def test_the_pdf_holds_every_section_is_tagged_and_says_its_pages() -> None:
    pdf, pages = report.pdf(content_of(make_plan(visitor="v")))
    reader = PdfReader(io.BytesIO(pdf))
    text = text_of(pdf)
    assert len(reader.pages) == pages >= 5
    for words in ("Summary", "Map", "Decisions with reasons", "Recovery", "Backups and drills", "Costs", "Open findings",
                  "Assumptions and sources", "Orders, transactions", "db.r6g", "Prices as of"):  # fmt: skip
        assert words in text, words
    root = reader.root_object
    assert "/Marked true" in str(root["/MarkInfo"]) or "'/Marked': True" in str(root["/MarkInfo"])
    assert str(root["/Lang"]).startswith("en")


def test_user_text_is_text_in_the_pdf() -> None:
    pdf, _ = report.pdf(content_of(make_plan(hostile(), visitor="v")))
    text = " ".join(text_of(pdf).split())
    assert '#read("/etc/passwd")' in text
    assert "<script>alert(1)</script>" in text
    assert "root:" not in text


def test_user_text_is_text_on_the_page_and_in_markdown() -> None:
    plan = make_plan(hostile(), visitor="v")
    url = reverse("planner:report", args=[plan.pk])
    page = browser(visitor="v").get(url).content.decode()
    assert "<script>alert(1)" not in page
    markdown = browser(visitor="v").get(f"{url}?format=markdown").content.decode()
    assert "<script>" not in markdown
    assert "\\*bold\\*" in markdown


def test_a_report_without_costs_names_no_amount() -> None:
    pdf, _ = report.pdf(
        content_of(make_plan(visitor="v"), hide_costs=True, sections=["summary", "map", "costs", "sources"])
    )
    assert "$" not in text_of(pdf)


def test_only_the_chosen_sections_are_written() -> None:
    found = content_of(make_plan(visitor="v"), sections=["findings", "summary"])
    assert [section.slug for section in found.sections] == ["summary", "findings"]


def test_an_empty_plan_has_a_report_too() -> None:
    pdf, pages = report.pdf(content_of(make_plan(Document(name="Nothing yet"), visitor="v")))
    assert pages >= 1
    assert "Nothing yet" in text_of(pdf)


def test_a_finished_report_is_downloaded_by_readers_only() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.REPORT, plan.head, {}, None)
    url = reverse("planner:download_report", args=[job.pk])
    assert browser(people.owner).get(url).status_code == 404  # not finished
    jobs.run_job(job.pk)
    for person, status in ((people.owner, 200), (people.viewer, 200), (people.stranger, 404), (None, 404)):
        assert browser(person).get(url).status_code == status
    assert browser(people.viewer).get(url).content.startswith(b"%PDF")
