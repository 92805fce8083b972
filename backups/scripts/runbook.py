"""Runbooks in Markdown: how one store comes back, and in which order a plan does. Names and times are the plan's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backups.scripts.policy import NamedPolicy, copy_words, keep_rules
from backups.scripts.timers import HOME, slot_of
from planner.engine.backup.restore_order import RestoreOrder
from planner.engine.document import Plan, duration_seconds
from planner.engine.words import duration_words

if TYPE_CHECKING:
    from backups.scripts.tools import Tool


def plain(text: str) -> str:
    """A person's text inside Markdown: one line, and nothing in it is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", " ".join(text.split()))


def runbook(plan: Plan, slug: str, tool: Tool, policies: tuple[NamedPolicy, ...], position: int, how: str) -> str:
    """For one store and one tool: set-up, restore, drill, and what to do when something is late or damaged."""
    home = f"{HOME}/{slug}/{tool.name}"
    first = policies[0].name
    damaged = (
        "## A backup is damaged\n\nLeave it where it is. Verify the copies, then restore from the newest whole one. Find out "
        "what damaged it before you trust that storage again."
    )
    parts = [
        f"# {plain(plan.stores[slug].name)} (`{slug}`): backups by {tool.label}",
        f"{tool.said}. Manual: <{tool.manual}>",
        f"## What the plan says\n\n{_policy_table(policies, position)}",
        f"## Setting it up\n\n{_set_up(tool, home, slug, first)}",
        f"## Restoring\n\n{how.format(home=home, name=first, place=tool.place)}".rstrip(),
        "" if tool.offerings else _late(slug),
        damaged,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _set_up(tool: Tool, home: str, slug: str, first: str) -> str:
    if tool.offerings:
        return (
            f"1. Install: {tool.needs}.\n2. Read `apply.sh` and fill in what only you know.\n3. Run it once. The provider then "
            f"makes the backups of `{slug}`; look a day later whether there is one."
        )
    return (
        f"1. Put this folder at `{home}`, owned by root, not writable by others.\n2. Install: {tool.needs}.\n"
        f"3. Fill in `local.conf`. Passwords never go there.\n4. Run `{home}/backup.sh {first}` by hand, then `verify.sh {first}`, "
        "then `restore.sh` with `--drill`.\n5. Enable the timers of `systemd/` (or `cron`, or `cronjob.yaml`), and load `alerts.yaml` "
        "into Prometheus."
    )


def _late(slug: str) -> str:
    return (
        "## A backup is late or failed\n\nThe last line that the script wrote says why; `systemctl status "
        f"'polystore-backup-{slug}-*'` shows it. Exit codes: 2 wrong use or a damaged policy file, 3 another run is at work, "
        "4 the source, 5 a damaged backup, 6 a copy, 7 a restore. Nothing is pruned until a backup succeeds again."
    )


def _policy_table(policies: tuple[NamedPolicy, ...], position: int) -> str:
    rows = ["| policy | when | kept | copies | method |", "|---|---|---|---|---|"]
    for one in policies:
        when = f"every {duration_words(duration_seconds(one.policy.every))}, {slot_of(one, position).words}"
        copies = "; ".join(copy_words(copy) for copy in one.policy.copies) or "beside the store only"
        rows.append(f"| `{one.name}` | {when} | `{keep_rules(one.policy)}` | {copies} | {one.policy.method} |")
    return "\n".join(rows)


def plan_runbook(plan: Plan, order: RestoreOrder, plan_url: str) -> str:
    """Everything is lost but the backups: who restores what, when, and when each service is back. Times are estimates."""
    people = f"{order.people} {'person' if order.people == 1 else 'people'}"
    given = "as the plan says" if order.people_given else "the plan says no number, so one is assumed"
    steps = [
        f"{number}. {_after(one.start_minutes)}: **{plain(one.label)}** (`{one.name}`), {plain(one.text)}, "
        f"about {_minutes(one.minutes)}{', on the longest chain' if one.critical else ''}"
        for number, one in enumerate(order.steps, 1)
    ]
    services = [
        f"- {plain(plan.services[slug].name)}: "
        + ("**does not come back whole**" if at is None else f"after {_minutes(at)}")
        for slug, at in order.service_minutes.items()
    ]
    missing = [f"- {plain(text)}" for text in order.missing] or ["- nothing"]
    because = [f"- {plain(one.text)}" for one in order.because]
    return "\n\n".join(
        [
            f"# {plain(plan.name)}: bringing everything back",
            f"Made from the plan at <{plan_url}>. Estimates for {people} ({given}); measured drills replace them where there are any.",
            (
                f"Everything that comes back is back after **{_minutes(order.minutes)}**; no order is quicker than "
                f"{_minutes(order.bound_minutes)} with so many people."
            ),
            "## Order\n\n" + ("\n".join(steps) or "Nothing in this plan is restored from backups."),
            "## Services\n\n" + "\n".join(services),
            "## What does not come back\n\n" + "\n".join(missing),
            (
                "## Before anyone restores\n\n- Stop what writes to the damaged store.\n- Keep what is there: restore beside it, compare, "
                "then switch.\n- Write down the time of the damage: point-in-time recovery needs it."
            ),
            "## Where the times come from\n\n" + "\n".join(because),
            "",
        ]
    )


def _minutes(minutes: float) -> str:
    return duration_words(minutes * 60)


def _after(minutes: float) -> str:
    return f"after {_minutes(minutes)}" if minutes else "at once"
