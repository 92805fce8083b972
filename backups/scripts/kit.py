"""The backup kit of a store: scripts, policy, timers, alert rules and runbook, made for the plan's schedule.

The scripts are fixed text below `shell/`, the same for everyone, and are run by the tests as they are. What a plan says stands in
`policy.conf` with a checksum; what only the operator knows (paths, hosts) stands in `local.conf`. Neither holds a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backups.scripts.alerts import alert_rules
from backups.scripts.policy import NamedPolicy, named, policy_conf
from backups.scripts.runbook import runbook
from backups.scripts.timers import cron_jobs, cron_lines, units
from backups.scripts.tools import TOOLS, Tool
from planner.engine.document import BackupPolicy, Plan, Store

SHELL = Path(__file__).parent / "shell"
COMMON = ("lib.sh", "backup.sh", "prune.sh", "verify.sh", "restore.sh")


@dataclass(frozen=True, slots=True)
class KitFile:
    """`path` inside the kit; `executable`: it is run by name."""

    path: str
    text: str
    executable: bool = False

    @property
    def inside(self) -> str:
        """The path below the store's folder."""
        return self.path.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """What one tool of the kit carries out."""

    tool: Tool
    policies: tuple[NamedPolicy, ...]
    files: tuple[KitFile, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """`left_out`: policies that no tool here carries out, with the reason."""

    slug: str
    store: Store
    parts: tuple[Part, ...]
    left_out: tuple[tuple[NamedPolicy, str], ...]

    @property
    def files(self) -> tuple[KitFile, ...]:
        return tuple(file for part in self.parts for file in part.files)


def kit_of(plan: Plan, plan_id: str, slug: str) -> Kit:
    """The kit of one store of a plan. A store without backups has one without files."""
    store = plan.stores[slug]
    policies = named(store.backups)
    found: dict[str, list[NamedPolicy]] = {}
    left_out = []
    for one in policies:
        tool = tool_of(store, one.policy)
        if isinstance(tool, str):
            left_out.append((one, tool))
        else:
            found.setdefault(tool.name, []).append(one)
    position = list(plan.stores).index(slug)
    parts = [_part(plan, plan_id, slug, TOOLS[name], tuple(one), position) for name, one in found.items()]
    return Kit(slug, store, tuple(parts), tuple(left_out))


def tool_of(store: Store, policy: BackupPolicy) -> Tool | str:
    """The tool that carries a policy out, or why there is none."""
    managed = (store.offering or "self-hosted") != "self-hosted"
    able = [tool for tool in TOOLS.values() if store.database in tool.databases and policy.method in tool.methods]
    if policy.method == "storage-snapshot" and not able:
        return "Storage snapshots are made by the storage or the provider: set them up there, with the same times."
    if not able:
        return f"No script here makes {policy.method} backups of {store.database}."
    tool = able[0]
    if managed and not tool.over_network:
        return f"{store.offering} gives no access to the server's files: set its own backups to the same times."
    return tool


def _part(plan: Plan, plan_id: str, slug: str, tool: Tool, policies: tuple[NamedPolicy, ...], position: int) -> Part:
    folder = f"{slug}/{tool.name}"
    own = SHELL / tool.name
    runs = tuple(one for one in policies if one.policy.kind != "log" or tool.logs_by_timer)
    texts = {} if tool.complete else {name: (SHELL / name).read_text("utf-8") for name in COMMON}
    texts |= {"lib.sh": (SHELL / "lib.sh").read_text("utf-8")}
    texts |= {path.name: path.read_text("utf-8") for path in sorted(own.glob("*.sh"))}
    texts |= {
        "policy.conf": policy_conf(slug, plan_id, policies, tool.policy_lines(policies)),
        "local.conf": tool.local_conf(slug, policies),
    }
    texts |= tool.settings(slug, policies)
    texts |= units(slug, folder, runs, position)
    texts["cron"] = cron_lines(slug, folder, runs, position)
    texts["cronjob.yaml"] = cron_jobs(slug, folder, runs, position)
    texts["alerts.yaml"] = alert_rules(slug, plan.stores[slug], policies)
    texts["RUNBOOK.md"] = runbook(plan, slug, tool, policies, position, (own / "restore.md").read_text("utf-8"))
    files = tuple(
        KitFile(f"{folder}/{name}", tool.marked(name, text), text.startswith("#!")) for name, text in texts.items()
    )
    return Part(tool, policies, files)
