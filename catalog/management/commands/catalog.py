"""`manage.py catalog load`, `export` and `coverage`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import exports, files, services
from catalog.coverage import coverage_of, in_text


class Command(BaseCommand):
    help = "Load the catalog's data files into the database, or write the published catalog as one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("load", help="bring the database to what catalog/data says; safe to repeat")
        actions.add_parser("coverage", help="count what was seen in a source, what has a price and what is missing")
        export = actions.add_parser("export", help="write the published catalog to standard output")
        export.add_argument("--format", choices=("json", "yaml", "csv"), default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "load":
            try:
                self.stdout.write(str(services.load()))
            except files.CatalogError as error:
                raise CommandError(str(error)) from error
        elif options["action"] == "coverage":
            found = coverage_of(services.current_snapshot(), services.current_prices())
            self.stdout.write(in_text(found), ending="")
        else:
            self.stdout.write(exports.dump(services.current_snapshot(), options["format"]), ending="")
