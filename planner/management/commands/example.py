"""`manage.py example load`: the example plan that everybody can read and copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from planner import services
from planner.engine.document import parse

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FIRST = "webshop"  # the landing page shows the example that was loaded first


def example_files() -> list[Path]:
    return sorted(EXAMPLES.glob("*.yaml"), key=lambda path: (path.stem != FIRST, path.stem))


class Command(BaseCommand):
    help = "Loads the example plans of planner/examples. May be run again: an unchanged example adds no version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])

    def handle(self, *args: Any, **options: Any) -> None:
        for path in example_files():
            plan = services.publish_example(parse(path.read_bytes(), "yaml"))
            self.stdout.write(f"Example plan: {plan.name} (/plans/{plan.pk}/)")
