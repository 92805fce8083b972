"""The price book: only added to, published whole or not at all, jumps held, and the package never wins over the younger."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog import facts, price_book, price_rows, services
from catalog.models import Price, PriceHold, PriceRefresh
from catalog.refresh.rows import Parsed, key_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parent / "price_fixtures"
URL = "/curation/prices/"
LATER = dt.date(2026, 11, 20)


@pytest.fixture
def book(folder: Path) -> facts.PriceBook:
    """A loaded catalog of three systems with all prices."""
    services.load(folder)
    return services.current_prices()


@pytest.fixture
def curator(client: Client) -> User:
    user = make_user(is_staff=True)
    client.force_login(user)
    return user


def vm(book: facts.PriceBook, name: str = "m6g.large") -> facts.Price:
    return next(one for one in book.rows("aws", "Compute", "us-east-1") if one.resource == name)


def now(price: facts.Price) -> facts.Price:
    """The published price of the same thing."""
    return next(one for one in services.current_prices().prices if key_of(one) == key_of(price))


def file_of(*prices: facts.Price) -> Parsed:
    return Parsed("aws", "offer file", "index.json", prices=list(prices), seen=len(prices))


def refreshed(price: facts.Price, usd: str, day: dt.date = LATER) -> facts.Price:
    return replace(price, usd=Decimal(usd), as_of=day, source="index.json SKU X")


def published(*prices: facts.Price) -> PriceRefresh:
    return price_book.publish(price_book.propose(file_of(*prices), None))


def test_a_changed_price_is_a_new_dated_row_and_the_old_one_stays(book: facts.PriceBook) -> None:
    old = vm(book)
    new = refreshed(old, "0.08")
    count = Price.objects.count()
    done = published(new)
    assert now(old) == new
    assert (Price.objects.count(), services.current_prices().id) == (count + 1, done.price_book_id)
    assert done.price_book_id != book.id
    rows = price_rows.history(Price.objects.get(row_sha256=price_rows.sha256_of(new)))
    assert [(row.usd, row.published) for row in rows] == [(Decimal("0.08"), True), (old.usd, False)]
    assert [one.resource for one in services.current_prices().prices] == [one.resource for one in book.prices]


def test_the_same_file_again_writes_nothing(book: facts.PriceBook) -> None:
    new = refreshed(vm(book), "0.08")
    published(new)
    compared = price_book.compare([new], services.current_prices())
    assert (compared.writes, compared.unchanged) == (False, 1)


def test_a_price_that_did_not_move_is_confirmed_on_its_later_day(book: facts.PriceBook) -> None:
    old = vm(book)
    published(refreshed(old, str(old.usd)))
    assert (now(old).usd, now(old).as_of) == (old.usd, LATER)


def test_an_older_file_changes_nothing(book: facts.PriceBook) -> None:
    early = refreshed(vm(book), "0.08", dt.date(2020, 1, 1))
    compared = price_book.compare([early, replace(early, as_of=None)], book)
    assert (compared.writes, compared.older) == (False, 2)


@pytest.mark.parametrize(
    ("old", "new", "held"),
    [("1", "1.2", False), ("1", "1.2000001", True), ("1", "0.8", False), ("1", "0.79", True), ("0", "1", True)],
)
def test_twenty_per_cent_is_the_border(old: str, new: str, held: bool) -> None:
    assert price_book.is_jump(Decimal(old), Decimal(new)) is held


def test_a_jump_is_held_with_both_values_while_the_rest_is_published(book: facts.PriceBook) -> None:
    small, large = vm(book), vm(book, "m6g.xlarge")
    jump, step = refreshed(small, "0.2"), refreshed(large, "0.16")
    done = published(jump, step)
    assert (now(small), now(large)) == (small, step)
    hold = PriceHold.objects.get()
    assert (hold.old_usd, hold.new_usd, hold.refresh) == (small.usd, Decimal("0.2"), done)
    released = price_book.release(hold, make_user())
    assert (released.state, now(small)) == ("released", jump)
    with pytest.raises(price_book.Decided, match="already released"):
        price_book.release(hold, make_user())


def test_a_rejected_jump_is_not_held_again(book: facts.PriceBook) -> None:
    jump = refreshed(vm(book), "0.2")
    published(jump)
    price_book.reject(PriceHold.objects.get(), make_user())
    compared = price_book.compare([jump], services.current_prices())
    assert (compared.writes, compared.decided) == (False, [jump])


def test_a_hold_whose_price_moved_since_is_not_released(book: facts.PriceBook) -> None:
    old = vm(book)
    published(refreshed(old, "0.2"))
    published(refreshed(old, "0.081", LATER + dt.timedelta(1)))
    with pytest.raises(price_book.Decided, match=r"0\.081 by now"):
        price_book.release(PriceHold.objects.get(), make_user())


def test_a_publication_that_fails_publishes_nothing(book: facts.PriceBook, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh = price_book.propose(file_of(refreshed(vm(book), "0.08")), None)
    count = Price.objects.count()

    def fails(_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(services, "publish_prices", fails)
    with pytest.raises(RuntimeError):
        price_book.publish(refresh)
    refresh.refresh_from_db()
    services.forget_published()
    assert (refresh.state, Price.objects.count(), services.current_prices().id) == ("preview", count, book.id)


def test_a_file_is_published_once(book: facts.PriceBook) -> None:
    refresh = price_book.propose(file_of(refreshed(vm(book), "0.08")), None)
    price_book.publish(refresh)
    for act in (price_book.publish, price_book.drop):
        with pytest.raises(price_book.Decided, match="already published"):
            act(refresh)


def test_the_package_keeps_what_is_younger_and_a_second_load_writes_nothing(
    book: facts.PriceBook, folder: Path
) -> None:
    old = vm(book)
    new = refreshed(old, "0.08")
    added = replace(new, resource="m99.large")
    published(new, added)
    before = services.current_prices().id
    path = folder / "prices" / "transfer.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    services.load(folder)
    assert (now(old), now(added)) == (new, added)
    assert services.current_prices().id != before
    with CaptureQueriesContext(connection) as queries:
        services.load(folder)
    assert not [one["sql"] for one in queries if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_younger_package_wins(book: facts.PriceBook, folder: Path) -> None:
    old = vm(book)
    published(refreshed(old, "0.08"))
    path = folder / "prices" / "compute.csv"
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("aws,us-east-1,m6g.large,"))
    path.write_text(text.replace(line, line[: -len("2026-07-20")] + "2026-12-01"), encoding="utf-8")
    services.load(folder)
    assert (now(old).usd, now(old).as_of) == (old.usd, dt.date(2026, 12, 1))
    assert Price.objects.filter(resource="m6g.large", region="us-east-1", kind="compute").count() == 3


def test_the_command_reads_compares_and_publishes(book: facts.PriceBook, capsys: pytest.CaptureFixture[str]) -> None:
    source = str(FIXTURES / "aws_offer_ec2.json")
    call_command("catalog", "prices", "refresh", source, "--vendor", "aws", "--dry-run")
    said = capsys.readouterr().out
    assert "Nothing was written" in said
    assert "the tenancy is not shared" in said
    assert (PriceRefresh.objects.count(), services.current_prices().id) == (0, book.id)
    call_command("catalog", "prices", "refresh", source, "--vendor", "aws")
    assert "Published as price book" in capsys.readouterr().out
    assert now(vm(book)).as_of == dt.date(2026, 11, 1)
    call_command("catalog", "prices", "refresh", source, "--vendor", "aws")
    assert "Nothing was written" in capsys.readouterr().out
    assert PriceRefresh.objects.count() == 1


def test_the_command_says_what_is_wrong_in_a_sentence(book: facts.PriceBook, tmp_path: Path) -> None:
    for source, words in ((str(tmp_path / "none.json"), "none.json"), ("https://example.org/x", "not a host of aws")):
        with pytest.raises(CommandError, match=words):
            call_command("catalog", "prices", "refresh", source, "--vendor", "aws")


def test_only_curators_see_any_page_of_it(client: Client, book: facts.PriceBook) -> None:
    refresh = price_book.propose(file_of(refreshed(vm(book), "0.2")), None)
    price_book.publish(refresh)
    hold, row = PriceHold.objects.get(), Price.objects.first()
    assert row is not None
    pages = [URL, f"{URL}files/{refresh.pk}/", f"{URL}history/{row.pk}/"]
    posts = [f"{URL}read/", f"{URL}files/{refresh.pk}/decide/", f"{URL}holds/{hold.pk}/"]
    for user in (None, make_user(), make_user(is_staff=True, is_active=False)):
        if user:
            client.force_login(user)
        assert {client.get(page).status_code for page in pages} == {404}
        assert {client.post(page, {"do": "release"}).status_code for page in posts} == {404}
    assert PriceHold.objects.get().state == "held"
    client.force_login(make_user(is_staff=True))
    assert {client.get(page).status_code for page in pages} == {200}


def test_a_curator_looks_publishes_and_decides(client: Client, book: facts.PriceBook, curator: User) -> None:
    upload = SimpleUploadedFile("index.json", (FIXTURES / "aws_offer_ec2.json").read_bytes())
    answer = client.post(f"{URL}read/", {"vendor": "aws", "file": upload})
    refresh = PriceRefresh.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}files/{refresh.pk}/")
    page = client.get(answer["Location"]).content.decode()
    assert "the currency is CNY, not USD" in page
    assert services.current_prices().id == book.id
    client.post(f"{URL}files/{refresh.pk}/decide/", {"do": "publish"})
    refresh.refresh_from_db()
    assert (refresh.state, refresh.author) == ("published", curator)
    page = client.get(f"{URL}files/{refresh.pk}/").content.decode()
    assert services.current_prices().id[:12] in page
    again = client.post(f"{URL}files/{refresh.pk}/decide/", {"do": "publish"}, follow=True)
    assert "already published" in again.content.decode()


def test_held_prices_are_decided_on_the_page(client: Client, book: facts.PriceBook, curator: User) -> None:
    small, large = vm(book), vm(book, "m6g.xlarge")
    published(refreshed(small, "0.2"), refreshed(large, "0.4"))
    page = client.get(URL).content.decode()
    assert page.count('value="release"') == 2
    first, second = PriceHold.objects.all()
    client.post(f"{URL}holds/{first.pk}/", {"do": "release"})
    client.post(f"{URL}holds/{second.pk}/", {"do": "reject"})
    assert (now(small).usd, now(large)) == (Decimal("0.2"), large)
    assert 'value="release"' not in client.get(URL).content.decode()


def test_a_file_that_is_none_is_refused_and_kept_nowhere(client: Client, book: facts.PriceBook, curator: User) -> None:
    upload = SimpleUploadedFile("skus.json", b'{"skus": [{"skuId": "[SKU_ID]",}]}')
    answer = client.post(f"{URL}read/", {"vendor": "gcp", "file": upload})
    assert (answer.status_code, PriceRefresh.objects.count()) == (422, 0)
    assert "not strict JSON at line 1" in answer.content.decode()
    assert client.post(f"{URL}read/", {"vendor": "moon"}).status_code == 422


def test_the_history_is_found_by_words(client: Client, book: facts.PriceBook, curator: User) -> None:
    published(refreshed(vm(book), "0.08"))
    row = Price.objects.get(resource="m6g.large", region="us-east-1", kind="compute", published=True)
    assert f"{URL}history/{row.pk}/" in client.get(URL, {"q": "compute m6g.large us-east-1"}).content.decode()
    page = client.get(f"{URL}history/{row.pk}/").content.decode()
    assert page.count("<tr>") == 3
    assert "No published price" in client.get(URL, {"q": "nosuchthing"}).content.decode()


def test_the_pages_ask_a_constant_number_of_queries(client: Client, book: facts.PriceBook, curator: User) -> None:
    published(refreshed(vm(book), "0.2"))
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for name in ("m6g.xlarge", "m6g.2xlarge"):
        published(refreshed(vm(book, name), "9"))
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) <= len(few)
