"""`manage.py catalog load`, `export`, `coverage` and `prices refresh`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import exports, files, price_book, services
from catalog.coverage import coverage_of, in_text
from catalog.refresh.rows import Parsed, PriceFileError
from catalog.refresh.vendors import VENDORS


class Command(BaseCommand):
    help = "Load the catalog's data files into the database, or write the published catalog as one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("load", help="bring the database to what catalog/data says; safe to repeat")
        actions.add_parser("coverage", help="count what was seen in a source, what has a price and what is missing")
        export = actions.add_parser("export", help="write the published catalog to standard output")
        export.add_argument("--format", choices=("json", "yaml", "csv"), default="json")
        prices = actions.add_parser("prices", help="read a vendor's price file").add_subparsers(
            dest="what", required=True
        )
        refresh = prices.add_parser("refresh", help="publish what a price file of a vendor changes; jumps are held")
        refresh.add_argument("source", metavar="FILE_OR_URL")
        refresh.add_argument("--vendor", choices=VENDORS, required=True)
        refresh.add_argument("--service", default="", help='only this service of the price book, such as "Amazon RDS"')
        refresh.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "load":
            try:
                self.stdout.write(str(services.load()))
            except files.CatalogError as error:
                raise CommandError(str(error)) from error
        elif options["action"] == "coverage":
            found = coverage_of(services.current_snapshot(), services.current_prices())
            self.stdout.write(in_text(found), ending="")
        elif options["action"] == "prices":
            self._refresh(options)
        else:
            self.stdout.write(exports.dump(services.current_snapshot(), options["format"]), ending="")

    def _refresh(self, options: dict[str, Any]) -> None:
        try:
            parsed = price_book.read(options["vendor"], options["source"], service=options["service"])
        except (PriceFileError, OSError) as error:
            raise CommandError(str(error)) from error
        compared = price_book.compare(parsed.prices, services.current_prices())
        self._say(parsed, compared)
        if options["dry_run"] or not compared.writes:
            self.stdout.write("Nothing was written")
            return
        published = price_book.publish(price_book.propose(parsed, None))
        self.stdout.write(f"Published as price book {published.price_book_id[:12]}")

    def _say(self, parsed: Parsed, compared: price_book.Comparison) -> None:
        self.stdout.write(f"{parsed.form}: {parsed.seen} rows, {len(parsed.prices)} prices")
        for name, number in compared.counts.items():
            self.stdout.write(f"  {name:<12} {number:>7}")
        for old, new in compared.held:
            what = f"{new.service} {new.resource or new.billed} {new.region}"
            self.stdout.write(f"  held: {what}: {old.usd:f} to {new.usd:f} per {new.unit}")
        for title, reasons in (("quarantined", parsed.quarantined), ("left out", parsed.left_out)):
            for reason, number in reasons.most_common():
                self.stdout.write(f"  {title}: {number:>7} {reason}")
        for note in parsed.notes:
            self.stdout.write(f"  {note}")
