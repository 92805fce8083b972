"""People and teams for tests: plain functions with defaults."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from accounts.models import Membership, Team, User

PASSWORD = "correct horse battery"
counter = itertools.count(1)


def make_user(email: str = "", **fields: object) -> User:
    email = email or f"person{next(counter)}@example.com"
    return User.objects.create_user(username=email, email=email, password=PASSWORD, **fields)


def make_member(team: Team, role: Membership.Role, email: str = "") -> User:
    user = make_user(email)
    Membership.objects.create(team=team, user=user, role=role)
    return user


@dataclass(frozen=True)
class People:
    """A team with one person in each role, and somebody who has nothing to do with it."""

    team: Team
    owner: User
    editor: User
    viewer: User
    stranger: User


def make_people(name: str = "Shop team") -> People:
    team = Team.objects.create(name=name)
    return People(
        team,
        make_member(team, Membership.Role.OWNER),
        make_member(team, Membership.Role.EDITOR),
        make_member(team, Membership.Role.VIEWER),
        make_user(),
    )
