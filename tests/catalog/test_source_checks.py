"""Dead sources: what is asked, what never is, and when a source counts as dead. Against a server on the loopback address."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from catalog import links, services, source_checks, tasks
from catalog.links import Answer
from catalog.models import SourceCheck
from config import celery

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
OK, GONE = Answer(200, "200 OK"), Answer(404, "404 Not Found")


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]] = []

    def do_HEAD(self) -> None:
        self.reply("HEAD")

    def do_GET(self) -> None:
        self.reply("GET")

    def reply(self, method: str) -> None:
        self.asked.append((method, self.path))
        name, _, rest = self.path.strip("/").partition("/")
        if name == "redirect":
            self.send_response(302)
            self.send_header("Location", f"/redirect/{int(rest) - 1}" if rest != "0" else "/200")
        elif name == "to":
            self.send_response(302)
            self.send_header("Location", f"http://{rest}")
        elif name == "get-only":
            self.send_response(405 if method == "HEAD" else 200)
        else:
            self.send_response(int(name))
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing on the screen."""


@pytest.fixture
def server() -> Iterator[str]:
    """host:port of a server that answers with the status in the path."""
    Handler.asked = []
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{found.server_address[1]}"
    found.shutdown()
    found.server_close()


def ask(server: str, path: str) -> Answer:
    return links.ask(f"http://{server}/{path}", frozenset({server}))


@pytest.mark.parametrize(
    ("path", "status", "ok"),
    [("200", 200, True), ("404", 404, False), ("410", 410, False), ("500", 500, False), ("403", 403, True),
     ("429", 429, True), ("get-only", 200, True), ("redirect/2", 200, True), ("redirect/3", 0, False)],
)  # fmt: skip
def test_answers_are_told_from_failures(server: str, path: str, status: int, ok: bool) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.ok) == (status, ok)


def test_head_comes_first_and_get_only_where_it_fails(server: str) -> None:
    ask(server, "200")
    assert Handler.asked == [("HEAD", "/200")]
    ask(server, "404")
    assert Handler.asked[1:] == [("HEAD", "/404"), ("GET", "/404")]


def test_a_path_with_spaces_and_other_letters_is_asked_in_ascii(server: str) -> None:
    ask(server, "200/a b/ü?x=ä b#part")
    assert Handler.asked == [("HEAD", "/200/a%20b/%C3%BC?x=%C3%A4%20b")]


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "http://user@example.org/", "http://example.org:8080/",
     "http://[::1/", "http:///nohost", "gopher://example.org"],
)  # fmt: skip
def test_other_schemes_ports_and_users_are_not_asked(url: str) -> None:
    with patch.object(socket, "create_connection") as connect:
        answer = links.ask(url)
    assert (answer.status, answer.ok) == (0, False)
    connect.assert_not_called()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "ff02::1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_asked(address: str) -> None:
    """Whatever the name: all that it resolves to must be public, also where one address is."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443)),
            (family, socket.SOCK_STREAM, 6, "", (address, 443))]  # fmt: skip
    with (
        patch.object(socket, "getaddrinfo", return_value=rows),
        patch.object(socket, "create_connection") as connect,
    ):
        answer = links.ask("https://docs.example.org/page")
    assert answer == Answer(0, "the host is not on the public internet")
    connect.assert_not_called()


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """A second look-up could give another address."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
    with (
        patch.object(socket, "getaddrinfo", return_value=rows) as resolve,
        patch.object(socket, "create_connection", side_effect=ConnectionRefusedError) as connect,
    ):
        links.ask("http://docs.example.org/page")
    assert resolve.call_count == 1
    assert connect.call_args.args[0] == ("93.184.216.34", 80)


def test_a_redirect_inside_is_not_followed(server: str) -> None:
    other = "127.0.0.1:9" if not server.endswith(":9") else "127.0.0.1:7"
    assert ask(server, f"to/{other}/secret") == Answer(0, "only the usual ports are asked")
    assert ask(server, "to/127.0.0.1/secret") == Answer(0, "the host is not on the public internet")


def test_the_loopback_server_is_not_asked_without_the_allowance_of_the_tests(server: str) -> None:
    assert links.ask(f"http://{server}/200").status == 0
    assert Handler.asked == []


def test_a_server_that_never_ends_its_answer_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        name = f"127.0.0.1:{silent.getsockname()[1]}"
        with patch.object(links, "MOST_SECONDS", 0.2):
            answer = links.ask(f"http://{name}/", frozenset({name}))
    assert answer.status == 0


def test_a_certificate_that_is_not_accepted_is_a_failure(server: str) -> None:
    answer = links.ask(f"https://{server}/200", frozenset({server}))
    assert answer == Answer(0, "the certificate or the encryption is not accepted")


@pytest.mark.django_db
def test_a_source_is_dead_after_failures_on_two_days_and_alive_at_its_first_answer() -> None:
    url = "https://redis.io/docs/"
    source_checks.record(url, GONE, NOW)
    source_checks.record(url, GONE, NOW + dt.timedelta(hours=3))
    assert source_checks.dead() == []
    source_checks.record(url, GONE, NOW + dt.timedelta(days=7))
    assert [(one.url, one.failing_since) for one in source_checks.dead()] == [(url, NOW)]
    source_checks.record(url, OK, NOW + dt.timedelta(days=8))
    assert source_checks.dead() == []
    assert SourceCheck.objects.get().failing_since is None


@pytest.mark.django_db
def test_a_round_asks_some_of_each_host_and_rounds_end(folder: Path) -> None:
    services.load(folder)
    asked: list[str] = []

    def answer(url: str) -> Answer:
        asked.append(url)
        return OK

    SourceCheck.objects.create(url="https://gone.example/", status=200, words="", checked_at=timezone.now())
    rounds = 1
    while source_checks.check_round(answer):
        rounds += 1
        assert rounds < 100
    snapshot = services.current_snapshot()
    assert sorted(asked) == sorted(source_checks.addresses(snapshot))
    assert SourceCheck.objects.count() == len(asked)  # and the address that nobody names is gone
    hosts = [url.split("/")[2] for url in asked]
    assert rounds == -(-max(hosts.count(host) for host in hosts) // source_checks.MOST_PER_HOST)
    assert not any("#" in url for url in asked)
    assert source_checks.due(snapshot, timezone.now() + dt.timedelta(days=7))


@pytest.mark.django_db
def test_the_task_comes_again_while_something_is_due_and_one_works_at_a_time() -> None:
    with (
        patch.object(source_checks, "check_round", side_effect=[True, False]) as check,
        patch.object(tasks.check_sources, "apply_async") as again,
    ):
        tasks.check_sources()
        again.assert_called_once_with(countdown=source_checks.ROUNDS_APART_SECONDS)
        tasks.check_sources()
        cache.add(source_checks.LOCK, 1)
        tasks.check_sources()
    assert check.call_count == 2
    assert again.call_count == 1


def test_the_clock_leaves_sources_alone_unless_told_to_ask() -> None:
    assert settings.SOURCE_CHECKS is False
    assert "sources" not in celery.app.conf.beat_schedule
