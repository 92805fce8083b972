"""`policy.conf`: what the plan says about the backups of one store, for the scripts. A checksum guards it against halves."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass

from planner.engine.document import BackupCopy, BackupPolicy, KeepCounts, duration_seconds

RULES = ("hourly", "daily", "weekly", "monthly", "yearly")


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    """A policy and its name in files: its kind, with a number from the second of a kind on."""

    name: str
    policy: BackupPolicy


def named(policies: tuple[BackupPolicy, ...]) -> tuple[NamedPolicy, ...]:
    seen: Counter[str] = Counter()
    found = []
    for one in policies:
        seen[one.kind] += 1
        number = seen[one.kind]
        found.append(NamedPolicy(one.kind if number == 1 else f"{one.kind}-{number}", one))
    return tuple(found)


def keep_rules(policy: BackupPolicy) -> str:
    """Retention as `prune.sh` reads it: `within:SECONDS`, `last:14`, or `daily:7 weekly:4`; never without a rule."""
    if isinstance(policy.keep, KeepCounts):
        counts = ((rule, getattr(policy.keep, rule)) for rule in RULES)
        return " ".join(f"{rule}:{count}" for rule, count in counts if count)
    if policy.keep.endswith(("copies", "copy")):
        return f"last:{int(policy.keep.split()[0])}"
    return f"within:{round(duration_seconds(policy.keep))}"


def copy_words(copy: BackupCopy) -> str:
    """`object-storage eu-west-1 offsite immutable encrypted`: one line, plain letters; marks come last."""
    place = [safe(copy.medium), safe(copy.region)] if copy.region else [safe(copy.medium)]
    marks = (("offsite", copy.offsite), ("immutable", copy.immutable), ("encrypted", copy.encrypted))
    return " ".join([*place, *(word for word, true in marks if true)])


def safe(word: str) -> str:
    """A person's own word: in files that are run it keeps letters, digits, dots, hyphens and underscores only."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", word).strip("-") or "unnamed"


def policy_conf(slug: str, plan_id: str, policies: tuple[NamedPolicy, ...], more: tuple[str, ...] = ()) -> str:
    lines = [
        f"# Backups of {slug}, as its plan says. Change the plan and download this again: an edited file is refused.",
        f"STORE={slug}",
        f"PLAN={plan_id}",
        f"POLICIES={' '.join(one.name for one in policies)}",
    ]
    for one in policies:
        copies = one.policy.copies
        encrypted = any(copy.encrypted for copy in copies)
        lines += [
            f"METHOD_{one.name}={one.policy.method}",
            f"KIND_{one.name}={one.policy.kind}",
            f"EVERY_{one.name}={round(duration_seconds(one.policy.every))}",
            f"KEEP_{one.name}={keep_rules(one.policy)}",
            f"ENCRYPT_{one.name}={'yes' if encrypted else 'no'}",
            f"COPIES_{one.name}={len(copies)}",
            *(f"COPY_{one.name}_{number}={copy_words(copy)}" for number, copy in enumerate(copies, 1)),
        ]
    body = "\n".join([*lines, *more]) + "\n"
    return f"{body}END={hashlib.sha256(body.encode()).hexdigest()}\n"
