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
    offering = store.offering or "self-hosted"
    able = [tool for tool in TOOLS.values() if tool.carries_out(store.database, offering, policy.method)]
    reachable = [tool for tool in able if tool.over_network or offering == "self-hosted"]
    if reachable:
        return reachable[0]
    if able:
        return f"{offering} gives no access to the server's files: set its own backups to the same times."
    if offering != "self-hosted" or policy.method == "storage-snapshot":
        return "The provider or the storage makes these: set them up there, with the same times."
    return f"No script here makes {policy.method} backups of {store.database}."


def _part(plan: Plan, plan_id: str, slug: str, tool: Tool, policies: tuple[NamedPolicy, ...], position: int) -> Part:
    folder = f"{slug}/{tool.name}"
    texts = dict(tool.settings(slug, policies))
    if not tool.offerings:
        texts = _scripts(tool) | _policies(plan_id, slug, tool, policies) | texts
        texts |= _times(plan, slug, folder, tool, policies, position)
    how = (SHELL / tool.folder / "restore.md").read_text("utf-8")
    texts["RUNBOOK.md"] = runbook(plan, slug, tool, policies, position, how)
    files = tuple(
        KitFile(f"{folder}/{name}", tool.marked(name, text), text.startswith("#!")) for name, text in texts.items()
    )
    return Part(tool, policies, files)


def _scripts(tool: Tool) -> dict[str, str]:
    names = ("lib.sh",) if tool.complete else COMMON
    paths = [*(SHELL / name for name in names), *sorted((SHELL / tool.folder).glob("*.sh"))]
    return {path.name: path.read_text("utf-8") for path in paths}


def _policies(plan_id: str, slug: str, tool: Tool, policies: tuple[NamedPolicy, ...]) -> dict[str, str]:
    conf = policy_conf(slug, plan_id, policies, tool.policy_lines(policies))
    return {"policy.conf": conf, "local.conf": tool.local_conf(slug, policies)}


def _times(
    plan: Plan, slug: str, folder: str, tool: Tool, policies: tuple[NamedPolicy, ...], position: int
) -> dict[str, str]:
    runs = tuple(one for one in policies if one.policy.kind != "log" or tool.logs_by_timer)
    return units(slug, folder, runs, position, tool.user) | {
        "cron": cron_lines(slug, folder, runs, position, tool.user),
        "cronjob.yaml": cron_jobs(slug, folder, runs, position),
        "alerts.yaml": alert_rules(slug, plan.stores[slug], policies),
    }
