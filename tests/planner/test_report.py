"""The report: one content for page, Markdown and PDF; user text is never markup."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from pypdf import PdfReader

from catalog.services import current_snapshot
from planner import jobs, report, report_formats, services
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


FORMATS = ("html", "markdown", "csv", "json")


class Cells(HTMLParser):
    """The texts of the table cells of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "td":
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


def html_cells(text: str) -> list[str]:
    page = Cells()
    page.feed(text)
    return page.cells


def markdown_cells(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [cell.replace("\\", "") for line in lines for cell in line[2:-2].split(" | ")]


def test_every_format_has_the_same_cells() -> None:
    plan = make_plan(visitor="v")
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.ESTIMATE, plan.head, {"draws": 256}, None)
    jobs.run_job(job.pk)
    client, url = browser(visitor="v"), reverse("planner:report", args=[plan.pk])
    page = client.get(url)
    content: Content = page.context["report"]
    cells = [" ".join(cell.split()) for one in content.sections for table in one.tables for row in table.rows
             for cell in row]  # fmt: skip
    assert {"caching", "replication", "recovery", "costs"} <= {one.slug for one in content.sections}
    files = {name: client.get(f"{url}?format={name}") for name in FORMATS}
    assert all("attachment" in one["Content-Disposition"] for one in files.values())
    texts = {name: one.content.decode() for name, one in files.items()}
    assert html_cells(texts["html"]) == cells
    assert html_cells(page.content.decode()) == cells
    tree = json.loads(texts["json"])
    assert [
        cell for one in tree["sections"] for table in one["tables"] for row in table["rows"] for cell in row
    ] == cells
    lines = list(csv.DictReader(io.StringIO(texts["csv"])))
    kept = [one["value"].removeprefix("'") for one in lines]
    plain = [cell.removeprefix("'") for cell in cells]
    assert [one for one in kept if one in set(plain)][-1] == plain[-1]
    assert not Counter(plain) - Counter(kept)
    pipes = [cell for cell in cells if "|" not in cell]
    assert not Counter(pipes) - Counter(markdown_cells(texts["markdown"]))
    pdf = "".join(text_of(report.pdf(content)[0]).split())
    amounts = [row[4] for one in content.sections if one.slug == "costs" for row in one.tables[-1].rows]
    assert amounts
    assert all("".join(amount.split()) in pdf for amount in amounts)


@pytest.mark.parametrize("name", FORMATS)
def test_user_text_is_data_in_every_file(name: str) -> None:
    document = edits.with_plan_fields(hostile(), name="=cmd() <script>alert(1)</script>")
    plan = make_plan(document, visitor="v")
    text = browser(visitor="v").get(f"{reverse('planner:report', args=[plan.pk])}?format={name}").content.decode()
    if name == "csv":
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not any(cell.startswith("=") for cell in cells)
        assert "'=cmd() <script>alert(1)</script>" in cells
    elif name == "json":
        assert json.loads(text)["title"] == "=cmd() <script>alert(1)</script>"
    else:
        assert "<script>" not in text
    assert browser().get(f"{reverse('planner:report', args=[plan.pk])}?format={name}").status_code == 404


def test_a_file_without_costs_names_no_amount() -> None:
    people = make_people()
    plan = make_plan(owner=people.owner)
    assert plan.head is not None
    found = content_of(plan, hide_costs=True)
    assert "$" not in report_formats.csv_of(found)
    assert "$" not in json.dumps(report_formats.json_of(found))


def test_the_api_gives_the_same_report_to_those_who_may_read_the_plan() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    url = reverse("api:read_report", args=[plan.pk])
    found = browser(people.viewer).get(f"{url}?section=costs&section=summary").json()
    page = browser(people.viewer).get(
        f"{reverse('planner:report', args=[plan.pk])}?format=json&section=costs&section=summary"
    )
    assert found == page.json()
    assert [one["slug"] for one in found["sections"]] == ["summary", "costs"]
    assert browser(people.viewer).get(f"{url}?section=nothing").status_code == 422
    assert browser(people.stranger).get(url).status_code == 404
    assert browser().get(url).status_code == 404
