"""`manage.py plan evaluate|check|rank|place|diff|schema`: plans in files, without database and server.

Exit code 0 = fine, 1 = findings at or above `--fail-on`, 2 = input that cannot be used.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import shutil
import sys
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, get_args
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand
from django.utils import timezone

from catalog.facts import PriceBook, Snapshot
from catalog.files import packaged_prices, packaged_snapshot
from catalog.services import current_prices, current_snapshot
from planner.check_formats.baseline import BaselineError, Known, as_baseline, compared, known_from, known_of
from planner.check_formats.formats import FORMATS, TEXT
from planner.check_formats.places import file_check
from planner.check_formats.plain import WIDTH, as_text, painted, unpainted
from planner.check_formats.result import FAIL_ON, Check, FileCheck
from planner.engine.context import RankContext
from planner.engine.diff import diff
from planner.engine.document import DocumentError, Plan, dump_yaml, json_schema, parse_needs, parse_with_places
from planner.engine.evaluate import evaluate, ranking_dict, to_dict
from planner.engine.place_all import place_all
from planner.engine.place_answer import proposal_dict, proposal_text, rankings_of
from planner.engine.placement import placed_all
from planner.engine.ranking import rank
from planner.engine.sections import Provider
from planner.engine.source import Source
from planner.engine.stability import flips
from planner.plain_text import diff_text, evaluation_text, ranking_text

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2
STDIN = "-"
# Enough to say how large a document is that is too large, without reading an endless device for ever.
READ_BYTES = 16 * 1024 * 1024
MOST_TAX = 1000
PROVIDERS = ("", *get_args(Provider))
NARROWEST, WIDEST = 60, 120
Placed = tuple[Plan, Source]


class Command(BaseCommand):
    help = "Evaluate, check, rank and compare plans that are files. FILE may be - for standard input."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """A process of one second keeps nearly all it makes: looking for garbage in circles costs it a tenth of its time."""
        gc.disable()
        super().run_from_argv(argv)

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        evaluate_ = actions.add_parser("evaluate", help="costs, recovery, rankings and findings of a plan")
        evaluate_.add_argument("file", metavar="FILE")
        _add_format(evaluate_, "text", "json")
        check = actions.add_parser("check", help="design review for continuous integration")
        check.add_argument("files", metavar="FILE", nargs="+")
        _add_format(check, TEXT, *FORMATS)
        check.add_argument("--fail-on", choices=FAIL_ON, default="high", help="exit 1 from this severity on")
        check.add_argument("--baseline", metavar="FILE", help="an earlier result or plan: what it has fails no more")
        check.add_argument("--write-baseline", metavar="FILE", help="keep today's findings for --baseline")
        check.add_argument(
            "--site", type=_site, default=None, metavar="URL", help="your Polystore: SARIF names its pages of rules"
        )
        ranked = actions.add_parser("rank", help="databases for the `needs` of one data set")
        ranked.add_argument("file", metavar="FILE", help="YAML or JSON of the needs")
        _add_format(ranked, "text", "json")
        ranked.add_argument("--knows", default="", help="databases that the team can run, separated by commas")
        ranked.add_argument(
            "--provider", default="", choices=PROVIDERS, help="whose prices count; without it cost decides nothing"
        )
        ranked.add_argument("--region", default="", help="the provider's largest one where it is not given")
        place = actions.add_parser("place", help="stores for all data sets of a plan together")
        place.add_argument("file", metavar="FILE")
        _add_format(place, "text", "json", "yaml")
        place.add_argument(
            "--tax", type=_points, default=None, help="points that one more system costs (default: the plan's)"
        )
        place.add_argument("--keep", action="store_true", help="keep what is placed where it is")
        compare = actions.add_parser("diff", help="what changed between two plans")
        compare.add_argument("old", metavar="OLD")
        compare.add_argument("new", metavar="NEW")
        _add_format(compare, "text", "json")
        actions.add_parser("schema", help="JSON Schema of the plan document")
        for one in (evaluate_, check, ranked, place):
            one.add_argument("--database", action="store_true", help="take catalog and prices from the database")
        for one in (evaluate_, check, place):
            one.add_argument(
                "--today", type=_day, default=None, metavar="YYYY-MM-DD", help="decides about waivers and drills"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        actions = {
            "evaluate": self._evaluate,
            "check": self._check,
            "rank": self._rank,
            "place": self._place,
            "diff": self._diff,
        }
        if options["action"] == "schema":
            self._write(json.dumps(json_schema(), indent=2) + "\n")
            return
        code = actions[options["action"]](options)
        if code:
            sys.exit(code)

    def _evaluate(self, options: dict[str, Any]) -> int:
        plan = self._plan(options["file"])
        evaluation = evaluate(plan, *_catalog(options), _today(options))
        as_json = options["format"] == "json"
        self._write(_json(to_dict(evaluation, plan)) if as_json else evaluation_text(evaluation, plan))
        return CLEAN

    def _check(self, options: dict[str, Any]) -> int:
        files = list(dict.fromkeys(options["files"]))
        check = Check(self._checked(self._plans(files), options), options["fail_on"], site=options["site"] or "")
        if options["baseline"] is not None:
            check = self._compared(check, options)
        if options["write_baseline"] is not None:
            self._keep(options["write_baseline"], files, as_baseline(check))
        as_text_ = options["format"] == TEXT
        self._write(self._check_text(check, options) if as_text_ else FORMATS[options["format"]](check))
        return FINDINGS if check.failed else CLEAN

    def _checked(self, plans: dict[str, Placed], options: dict[str, Any]) -> tuple[FileCheck, ...]:
        catalog, today = _catalog(options), _today(options)
        return tuple(
            file_check(_shown(file), plan, source, evaluate(plan, *catalog, today))
            for file, (plan, source) in plans.items()
        )

    def _compared(self, check: Check, options: dict[str, Any]) -> Check:
        file = options["baseline"]
        if file == STDIN:
            self._stop("--baseline must be a file")
        data = self._read(file)
        try:
            known = known_from(data)
            return compared(check, self._known_of(file, data, options) if known is None else known)
        except BaselineError as error:
            self._stop(f"--baseline {_shown(file)} {error}")

    def _known_of(self, file: str, data: bytes, options: dict[str, Any]) -> tuple[Known, ...]:
        """An earlier plan as today's catalog judges it: what differs is what was changed in the plan."""
        plan = self._parsed(file, data)
        if plan is None:
            raise BaselineError("is neither a plan nor the JSON of an earlier check")
        return known_of(self._checked({file: plan}, options)[0])

    def _keep(self, file: str, plans: list[str], text: str) -> None:
        if file == STDIN:
            self._stop("--write-baseline must be a file")
        try:
            if Path(file).resolve() in [Path(one).resolve() for one in plans if one != STDIN]:
                self._stop(f"--write-baseline {_shown(file)} would overwrite a plan")
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            self._stop(f"--write-baseline {_shown(file)}: {error.strerror}")
        except ValueError:
            self._stop(f"--write-baseline {file!r} is no file name")

    def _check_text(self, check: Check, options: dict[str, Any]) -> str:
        """Colours and the width of the window for a person; the same plain text for every file and pipe."""
        if not self.stdout.isatty():
            return as_text(check, painted if options["force_color"] else unpainted)
        plain = options["no_color"] or "NO_COLOR" in os.environ
        width = min(max(shutil.get_terminal_size((WIDTH, 24)).columns, NARROWEST), WIDEST)
        return as_text(check, unpainted if plain else painted, width)

    def _rank(self, options: dict[str, Any]) -> int:
        data = self._read(options["file"])
        try:
            needs = parse_needs(data, _format_of(options["file"]))
        except DocumentError as error:
            self._tell(options["file"], error)
            sys.exit(UNUSABLE)
        snapshot, prices = _catalog(options)
        knows = tuple(one.strip() for one in options["knows"].split(",") if one.strip())
        for slug in knows:
            if slug not in snapshot.databases:
                self._stop(f"--knows: no database {slug!r} in the catalog")
        provider = options["provider"]
        context = RankContext(knows, (), provider, options["region"], prices=prices if provider else None)
        ranking = rank(needs, context, snapshot)
        if options["format"] == "json":
            self._write(_json(ranking_dict(ranking, flips(needs, context, snapshot))))
        else:
            self._write(ranking_text(ranking, {slug: one.name for slug, one in snapshot.databases.items()}))
        return CLEAN

    def _place(self, options: dict[str, Any]) -> int:
        """As YAML: the plan with every data set where the proposal puts it."""
        plan, (snapshot, prices) = self._plan(options["file"]), _catalog(options)
        rankings = rankings_of(plan, snapshot, prices, _today(options))
        found = place_all(plan, rankings, snapshot, tax_points=options["tax"], keep=options["keep"])
        names = {slug: one.name for slug, one in snapshot.databases.items()}
        if options["format"] == "yaml":
            self._write(dump_yaml(placed_all(plan, found.placed, snapshot)))
        elif options["format"] == "json":
            self._write(_json(proposal_dict(found, rankings, names)))
        else:
            self._write(proposal_text(found, rankings, names))
        return CLEAN

    def _diff(self, options: dict[str, Any]) -> int:
        if options["old"] == options["new"] == STDIN:
            self._stop("standard input can be one of the two plans, not both")
        changes = diff(self._plan(options["old"]), self._plan(options["new"]))
        as_json = options["format"] == "json"
        self._write(_json({"changes": [asdict(one) for one in changes]}) if as_json else diff_text(changes))
        return CLEAN

    def _plan(self, file: str) -> Plan:
        return self._plans([file])[file][0]

    def _plans(self, files: list[str]) -> dict[str, Placed]:
        """All plans, or the problems of every file that cannot be used."""
        read = {file: self._parsed(file, self._read(file)) for file in files}
        plans = {file: plan for file, plan in read.items() if plan is not None}
        if len(plans) < len(read):
            sys.exit(UNUSABLE)
        return plans

    def _parsed(self, file: str, data: bytes) -> Placed | None:
        """The plan and its places; None after its problems were told."""
        try:
            return parse_with_places(data, _format_of(file))
        except DocumentError as error:
            self._tell(file, error)
            return None

    def _read(self, file: str) -> bytes:
        if file == STDIN:
            return sys.stdin.buffer.read(READ_BYTES)
        try:
            with Path(file).open("rb") as opened:
                return opened.read(READ_BYTES)
        except OSError as error:
            self._stop(f"{file}: {error.strerror}")
        except ValueError:
            self._stop(f"{file!r} is no file name")

    def _tell(self, file: str, error: DocumentError) -> None:
        """Every problem on a line of its own, in the manner of compilers."""
        for one in error.problems:
            place = f"{one.line or 1}:{one.column or 1}"
            path = f"{one.path}: " if one.path else ""
            self.stderr.write(f"{_shown(file)}:{place}: {path}{one.message}")

    def _stop(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(UNUSABLE)

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")


def _add_format(parser: ArgumentParser, *choices: str) -> None:
    parser.add_argument("--format", choices=choices, default=choices[0])


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a day such as 2026-11-23") from error


def _site(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.query
        or parts.fragment
        or not text.isprintable()
    ):
        raise ArgumentTypeError(f"{text!r} is not an address such as https://polystore.example")
    return text


def _points(text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a number") from error
    if not 0 <= value <= MOST_TAX:
        raise ArgumentTypeError(f"{text!r} is not between 0 and {MOST_TAX}")
    return value


def _today(options: dict[str, Any]) -> dt.date:
    return options["today"] or timezone.localdate()


def _catalog(options: dict[str, Any]) -> tuple[Snapshot, PriceBook]:
    if options["database"]:
        return current_snapshot(), current_prices()
    return packaged_snapshot(), packaged_prices()


def _format_of(file: str) -> str | None:
    """By the ending of the name; None lets the text decide."""
    return {".json": "json", ".yaml": "yaml", ".yml": "yaml"}.get(Path(file).suffix.lower())


def _shown(file: str) -> str:
    """What cannot be printed, or written in XML, is not repeated."""
    return (
        "stdin" if file == STDIN else "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in file)
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
