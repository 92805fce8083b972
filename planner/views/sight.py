"""What of a plan a person looks at: view, selection, filter, opened services. All of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict

from planner.map_filter import Filter

VIEWS = {"map": "map", "table": "data_sets", "yaml": "map"}  # view -> tab that is lit
WORDS_MOST = 200
ALL = "all"  # of `open`: every service


@dataclass(frozen=True, slots=True)
class Sight:
    view: str = "map"
    select: str = ""
    only: Filter = Filter()  # noqa: RUF009 -- frozen
    opened: tuple[str, ...] = ()

    def query(self, **changes: str) -> str:
        """The end of the address, from its question mark; what is as usual is left out."""
        seen = replace(self, **changes)  # type: ignore[arg-type]  # only the texts are changed this way
        pairs = [
            ("view", "" if seen.view == "map" else seen.view),
            ("q", seen.only.words),
            ("tier", seen.only.tier),
            ("store", seen.only.store),
            ("findings", "1" if seen.only.findings else ""),
            *(("open", slug) for slug in seen.opened),
            ("select", seen.select),
        ]
        text = urlencode([pair for pair in pairs if pair[1]], safe="/:")
        return f"?{text}" if text else ""

    @property
    def keep(self) -> str:
        """Begins the query of a link that goes on: "?" or "?view=table&q=cart&"."""
        query = self.query(select="")
        return f"{query}&" if query else "?"

    @property
    def closed(self) -> str:
        return self.query(select="")

    @property
    def unfiltered(self) -> str:
        return replace(self, only=Filter()).query()

    @property
    def as_map(self) -> str:
        return self.query(view="map")

    @property
    def as_table(self) -> str:
        return self.query(view="table")

    @property
    def as_yaml(self) -> str:
        return self.query(view="yaml")

    @property
    def folded(self) -> dict[str, str]:
        """For each opened service the query that folds it again."""
        return {
            one: replace(self, opened=tuple(slug for slug in self.opened if slug != one), select="").query()
            for one in self.opened
        }

    @property
    def all_open(self) -> str:
        return replace(self, opened=() if ALL in self.opened else (ALL,)).query()


def sight_of(request: HttpRequest) -> Sight:
    """A GET says it in its own address; a write in the address of the page that it was sent from."""
    if request.method == "GET":
        return read_sight(request.GET)
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    plan = "/".join(request.path.split("/")[:3])  # /plans/<id>: other pages have queries of their own
    return read_sight(QueryDict(page.query)) if page.path.startswith(plan) else Sight()


def read_sight(query: QueryDict) -> Sight:
    view = query.get("view", "")
    only = Filter(
        words=query.get("q", "").strip()[:WORDS_MOST],
        tier=query.get("tier", ""),
        store=query.get("store", ""),
        findings=query.get("findings", "") == "1",
    )
    opened = tuple(dict.fromkeys(query.getlist("open")))
    return Sight(view if view in VIEWS else "map", query.get("select", ""), only, opened)
