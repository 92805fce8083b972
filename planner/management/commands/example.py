"""`manage.py example load`: the example plan that everybody can read and copy."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from planner import services
from planner.engine.document import parse
from planner.starting_points import example_files


class Command(BaseCommand):
    help = "Loads the example plans of planner/examples. May be run again: an unchanged example adds no version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["load"])

    def handle(self, *args: Any, **options: Any) -> None:
        for path in example_files():
            plan = services.publish_example(parse(path.read_bytes(), "yaml"))
            self.stdout.write(f"Example plan: {plan.name} (/plans/{plan.pk}/)")
