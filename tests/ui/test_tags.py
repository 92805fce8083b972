"""Icons, family tiles and the sprite they come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines

ROOT = Path(__file__).resolve().parents[2]
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def test_an_icon_without_words_is_decoration() -> None:
    assert 'aria-hidden="true"' in render('{% icon "plus" %}')
    assert 'img/icons.svg#plus"' in render('{% icon "plus" %}')


def test_an_icon_with_a_label_has_a_name_and_the_label_is_text() -> None:
    html = render('{% icon "alert" label=label class="icon--bad" %}', label='<b>"High"</b>')
    assert 'role="img"' in html
    assert "&lt;b&gt;&quot;High&quot;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("relational", "relational"), ("key_value", "key-value"), ("key-value", "key-value"), ("olap", "columnar")],
)
def test_a_tile_takes_a_category_or_a_family(kind: str, expected: str, db: None) -> None:
    assert f"tile--{expected}" in render("{% family_tile kind %}", kind=kind)


def test_every_icon_named_in_a_template_is_drawn() -> None:
    named = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'\{% icon "([^"]+)"', path.read_text())
    }
    assert named - SYMBOLS == set()


def test_no_template_holds_an_inline_style_or_script_or_handler() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|hx-on|<style", text), path
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag, path


def test_a_field_ties_its_error_to_the_control() -> None:
    class Form(forms.Form):
        size = forms.IntegerField(label="Size", help_text="in GiB")

    html = render('{% include "ui/_field.html" %}', field=Form({"size": "lots"})["size"])
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_size-help id_size-error"' in html
    assert 'id="id_size-error"' in html


def test_the_error_summary_counts_and_links() -> None:
    class Form(forms.Form):
        size = forms.IntegerField()
        name = forms.CharField()

    html = render('{% include "ui/_form_errors.html" %}', form=Form({}))
    assert "There are 2 problems" in html
    assert 'href="#id_size"' in html
    assert "There is" not in render('{% include "ui/_form_errors.html" %}', form=Form())


def test_lookups_and_initials() -> None:
    assert render("{{ map|get:key }}", map={"a/b": "found"}, key="a/b") == "found"
    assert render("{{ mail|initials }}", mail="m.kern@example.org") == "MK"
    assert render("{{ mail|initials }}", mail="anna@example.org") == "AN"
