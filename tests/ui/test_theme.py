"""Light and dark: chosen by a plain form, kept in a cookie, rendered by the server."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_choice_is_kept_and_the_next_page_is_rendered_in_it(client: Client, db: None, choice: str) -> None:
    answer = client.post("/theme/", {"theme": choice, "next": "/plans/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/plans/"
    assert answer.cookies["theme"].value == choice
    assert f'data-theme="{choice}"' in client.get("/plans/").content.decode()


def test_another_word_clears_the_choice(client: Client, db: None) -> None:
    client.post("/theme/", {"theme": "dark"})
    answer = client.post("/theme/", {"theme": "<b>"})
    assert answer.cookies["theme"].value == ""
    assert "data-theme" not in client.get("/plans/").content.decode().split("<head>")[0]


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_it_never_leads_to_another_site(client: Client, back: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"


def test_a_link_cannot_change_it(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
