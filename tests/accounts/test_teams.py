"""Teams: who may do what, and the rules that keep a team usable."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Invitation, Membership, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return {
        name: User.objects.create_user(username=name, email=f"{name}@example.com", password="a long secret")
        for name in ("owner", "editor", "viewer", "stranger")
    }


@pytest.fixture
def team(people: dict[str, User]) -> Team:
    team = services.create_team(people["owner"], "Data platform")
    for role in ("editor", "viewer"):
        Membership.objects.create(team=team, user=people[role], role=role)
    return team


def client_of(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("editor", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 302)]
)
def test_who_sees_a_team(team: Team, people: dict[str, User], who: str, status: int) -> None:
    assert client_of(people.get(who)).get(reverse("accounts:team", args=[team.pk])).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("editor", 404), ("viewer", 404), ("stranger", 404), ("anonymous", 302)]
)
def test_only_owners_invite(team: Team, people: dict[str, User], who: str, status: int) -> None:
    answer = client_of(people.get(who)).post(
        reverse("accounts:invite", args=[team.pk]), {"email": "new@example.com", "role": "viewer"}
    )
    assert answer.status_code == status
    assert Invitation.objects.exists() == (who == "owner")


@pytest.mark.parametrize("who", ["editor", "viewer", "stranger", "anonymous"])
def test_only_owners_change_roles_and_remove_others(team: Team, people: dict[str, User], who: str) -> None:
    owner = Membership.objects.get(user=people["owner"])
    client = client_of(people.get(who))
    client.post(reverse("accounts:role", args=[owner.pk]), {"role": "viewer"})
    client.post(reverse("accounts:remove", args=[owner.pk]))
    owner.refresh_from_db()
    assert owner.role == "owner"


def test_the_last_owner_neither_leaves_nor_steps_down(team: Team, people: dict[str, User]) -> None:
    owner = Membership.objects.get(user=people["owner"])
    client = client_of(people["owner"])
    for name, data in (("remove", {}), ("role", {"role": "editor"})):
        answer = client.post(reverse(f"accounts:{name}", args=[owner.pk]), data, follow=True)
        assert "A team needs an owner" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.role == "owner"


def test_a_viewer_may_leave(team: Team, people: dict[str, User]) -> None:
    membership = Membership.objects.get(user=people["viewer"])
    client_of(people["viewer"]).post(reverse("accounts:remove", args=[membership.pk]))
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_an_invitation_by_mail_works_once(team: Team, people: dict[str, User]) -> None:
    client_of(people["owner"]).post(
        reverse("accounts:invite", args=[team.pk]), {"email": "stranger@example.com", "role": "editor"}
    )
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    token = link[1].rstrip("/").rsplit("/", 1)[1]
    assert not Invitation.objects.filter(token_sha256=token).exists()  # only its hash is kept
    stranger = client_of(people["stranger"])
    assert "Data platform" in stranger.get(link[1]).content.decode()
    stranger.post(link[1])
    assert Membership.objects.get(user=people["stranger"]).role == "editor"
    assert stranger.get(link[1]).status_code == 404


def test_a_bad_address_is_kept_in_the_form(team: Team, people: dict[str, User]) -> None:
    answer = client_of(people["owner"]).post(
        reverse("accounts:invite", args=[team.pk]), {"email": "not an address", "role": "viewer"}
    )
    assert answer.status_code == 422
    assert "not an address" in answer.content.decode()


def test_a_line_break_in_a_team_name_cannot_forge_mail_headers(people: dict[str, User]) -> None:
    team = services.create_team(people["owner"], "A\nBcc: all@example.com")
    invitation, _ = services.invite(team, "x@example.com", "viewer", people["owner"])
    services.mail_invitation(invitation, "http://testserver/")
    assert mail.outbox[0].subject == "Join A Bcc: all@example.com on Polystore"


def test_markup_in_a_team_name_is_text(people: dict[str, User]) -> None:
    team = services.create_team(people["owner"], "<script>alert(1)</script>")
    page = client_of(people["owner"]).get(reverse("accounts:team", args=[team.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
