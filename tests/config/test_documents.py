"""The papers stay true: every setting, command and dependency is written down, and the house keeps its habits."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "accounts", "catalog", "planner", "backups")
VARIABLE = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")
BANNED_NAMES = {"utils.py", "helpers.py", "common.py", "base.py", "manager.py", "signals.py"}
MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 400


def settings_read() -> set[str]:
    """Names of environment variables that config/*.py reads."""
    return {name for path in (ROOT / "config").glob("*.py") for name in VARIABLE.findall(path.read_text())}


def source_files() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_every_setting_is_in_the_operating_page() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    assert len(settings_read()) > 15
    assert [name for name in sorted(settings_read()) if f"| `{name}` |" not in page] == []


def test_operating_page_names_no_setting_that_is_not_read() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    assert [name for name in re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE) if name not in settings_read()] == []


def test_first_lines_of_the_readme_are_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()[:6]
    assert [line.split("#")[0].strip() for line in lines if line.startswith("make")] == ["make run", "make test"]


def test_every_dependency_has_its_sentence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    page = (ROOT / "CONTRIBUTING.md").read_text().lower()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.split(r"[\[<>=]", wanted_name)[0] for wanted_name in wanted]
    assert [name for name in names if name not in page] == []


def test_lock_files_have_a_hash_for_everything_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
        assert len(blocks) > 30
        assert [block for block in blocks if "--hash=sha256:" not in block] == []
        assert "://" not in text


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("path", sorted(source_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_keeps_the_habits_of_the_house(path: Path) -> None:
    text = path.read_text()
    assert path.name not in BANNED_NAMES
    assert len(text.splitlines()) <= MAX_FILE_LINES
    if path.name == "__init__.py":
        assert text == ""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > MAX_FUNCTION_LINES]
    assert too_long == []
    importing = [f.name for f in functions for node in ast.walk(f) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert importing == []
