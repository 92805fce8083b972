"""The map: positions, lines, order of stores, collapsing. No database."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from catalog.facts import Snapshot
from catalog.files import packaged_snapshot
from planner import map_layout
from planner.engine.document import Plan, parse
from planner.engine.results import Evaluation, Finding, Totals
from planner.map_lines import draw_edges, draw_flows, order_stores

EXAMPLE = Path(__file__).resolve().parents[2] / "planner/examples/webshop.yaml"
TOTALS = Totals(None, False, 0, 0, 0, 0, 0, None, "", "", "", 0, 0, 0)


def evaluation(*findings: Finding) -> Evaluation:
    return Evaluation("", "", "", {}, {}, {}, {}, findings, (), TOTALS)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return packaged_snapshot()


@pytest.fixture(scope="module")
def example() -> Plan:
    return parse(EXAMPLE.read_text())


def test_every_data_set_and_cache_has_a_row_and_a_line(example: Plan, snapshot: Snapshot) -> None:
    found = map_layout.layout(example, evaluation(), snapshot=snapshot)
    rows = [row for service in found.services for row in service.rows]
    assert [row.key for row in rows if row.kind != "cache"] == [
        ref.path for service in example.services for ref in example.data_sets() if ref.service_slug == service
    ]
    assert [row.key for row in rows if row.kind == "cache"] == ["product-catalog/products+cache"]
    assert {(edge.row, edge.store) for edge in found.edges} == {(row.key, slug) for row in rows for slug in row.stores}
    assert found.left_title == "5 services, 11 data sets and caches"


def test_rows_stand_where_the_style_sheet_puts_them(example: Plan, snapshot: Snapshot) -> None:
    first, second, *_ = map_layout.layout(example, evaluation(), snapshot=snapshot).services
    assert [row.y for row in first.rows] == [1 + 30 + 17, 1 + 30 + 34 + 17]
    assert second.y == 1 + 30 + 2 * 34 + 1 + 8
    css = (EXAMPLE.parents[2] / "static/css/app.css").read_text()
    assert ".service__head { display: flex; align-items: center; gap: 8px; height: 30px;" in css
    assert "align-items: center; height: 34px;" in css
    assert "gap: 11px; height: 54px;" in css


def test_kinds_of_lines_and_the_family_of_the_store(example: Plan, snapshot: Snapshot) -> None:
    edges = {edge.row: edge for edge in map_layout.layout(example, evaluation(), snapshot=snapshot).edges}
    assert (edges["order-service/orders"].kind, edges["order-service/orders"].family) == ("source", "relational")
    assert (edges["product-catalog/product-search"].kind, edges["product-catalog/product-search"].family) == (
        "derived",
        "search",
    )
    assert edges["product-catalog/products+cache"].kind == "cache"


def test_a_dual_write_is_named_and_bad(example: Plan, snapshot: Snapshot) -> None:
    flows = {flow.target: flow for flow in map_layout.layout(example, evaluation(), snapshot=snapshot).flows}
    assert flows["product-catalog/product-search"].bad
    assert flows["product-catalog/product-search"].label == "dual write"
    assert not flows["analytics/reports"].bad


def test_the_worst_open_finding_marks_row_and_store(example: Plan, snapshot: Snapshot) -> None:
    def finding(severity: str, at: str, waived: str = "") -> Finding:
        return Finding("rule", severity, at, f"{severity} title", "", "", "", waived)

    orders = "services/order-service/data/orders"
    found = map_layout.layout(
        example,
        evaluation(
            finding("low", orders),
            finding("medium", orders),
            finding("high", orders, "2027-01-01"),
            finding("high", "stores/es-logs"),
        ),
        snapshot=snapshot,
    )
    marks = {row.key: row.severity for service in found.services for row in service.rows}
    assert marks["order-service/orders"] == "medium"
    assert marks["order-service/carts"] == ""
    assert {card.slug: card.severity for card in found.stores}["es-logs"] == "high"


def test_stores_are_ordered_so_that_fewer_lines_cross() -> None:
    assert order_stores(["a", "b", "c"], [("c",), ("b",), ("a",)]) == ["c", "b", "a"]
    assert order_stores(["unused", "a", "b"], [("b",), ("a",)]) == ["b", "a", "unused"]
    # b is named first, but three of its rows stand below a's only row: one crossing is left instead of three
    assert order_stores(["a", "b"], [("b",), ("a",), ("b",), ("b",), ("b",)]) == ["a", "b"]


def test_an_edit_elsewhere_does_not_move_a_store() -> None:
    before = order_stores(["a", "b", "c"], [("a",), ("b",), ("c",)])
    after = order_stores(["a", "b", "c", "d"], [("a",), ("b",), ("c",), ("d",)])
    assert after[:3] == before


def test_lines_into_one_store_get_ports_of_their_own() -> None:
    rows = [(f"r{index}", f"r{index}", 40.0 * index, "source", ("s",)) for index in range(5)]
    ends = [edge.end for edge in draw_edges(rows, {"s": (100.0, "relational")}, span=40.0)]
    assert len(set(ends)) == 5
    assert all(73 <= float(end.removeprefix("M100 ").removesuffix("h.001")) <= 127 for end in ends)


def test_overlapping_copies_run_in_lanes_of_their_own() -> None:
    flows, lanes = draw_flows([("a", "b", 0, 100, "cdc"), ("c", "d", 20, 80, "cdc"), ("e", "f", 200, 300, "")])
    assert lanes == 2
    assert len({flow.d for flow in flows}) == 3
    assert draw_flows([]) == ((), 0)


def big(services: int, each: int) -> Plan:
    return Plan.model_validate(
        {
            "polystore": 1,
            "name": "Big",
            "services": {
                f"s{at}": {
                    "name": f"Service {at}",
                    "tier": "low",
                    "data": {f"d{one}": {"name": f"Set {one}", "store": "db"} for one in range(each)},
                }
                for at in range(services)
            },
            "stores": {"db": {"name": "One", "database": "postgresql"}},
        }
    )


def test_over_forty_data_sets_services_become_single_rows(snapshot: Snapshot) -> None:
    found = map_layout.layout(big(5, 9), evaluation(), snapshot=snapshot)
    assert [len(service.rows) for service in found.services] == [1] * 5
    row = found.services[0].rows[0]
    assert (row.name, row.store_name) == ("Service 0", "9 data sets")
    assert row.y == 1 + 17  # a folded service has no head
    assert found.services[0].rows[0].select == "service:s0"
    assert found.services[0].rows[0].size == "–"  # not given for all of them: not known
    opened = map_layout.layout(big(5, 9), evaluation(), select="s2/d3", snapshot=snapshot)
    assert [len(service.rows) for service in opened.services] == [1, 1, 9, 1, 1]
    assert [len(one.rows) for one in map_layout.layout(big(4, 10), evaluation(), snapshot=snapshot).services] == [
        10
    ] * 4


def test_folded_services_stand_beside_their_stores(snapshot: Snapshot) -> None:
    plan = big(5, 9)
    plan = plan.model_copy(update={"stores": {f"db{at}": plan.stores["db"] for at in range(20)}})
    found = map_layout.layout(plan, evaluation(), snapshot=snapshot)
    assert found.height == 20 * 36 + 19 * 5  # low cards: those of 20 stores fit on a screen
    assert found.services[0].y == 0
    assert found.services[-1].y == found.height - 36
    apart = {round(below.y - above.y, 6) for above, below in pairwise(found.services)}
    assert len(apart) == 1
    assert all(card.rows[0].y == card.y + 18 for card in found.services)  # the line leaves the middle of its row


def test_the_lines_of_a_selected_service_are_marked(snapshot: Snapshot) -> None:
    found = map_layout.layout(big(5, 9), evaluation(), select="service:s2", snapshot=snapshot)
    assert {edge.service for edge in found.edges if edge.kind == "source"} == {"service:s2"}
    assert {edge.service for edge in found.edges if edge.kind == "group"} == {f"service:s{at}" for at in (0, 1, 3, 4)}


def test_a_plan_without_anything_has_a_map(snapshot: Snapshot) -> None:
    found = map_layout.layout(big(0, 0).model_copy(update={"stores": {}}), evaluation(), snapshot=snapshot)
    assert (found.services, found.stores, found.height) == ((), (), 0.0)


def test_a_data_set_without_a_store_has_no_line(snapshot: Snapshot) -> None:
    plan = big(1, 1)
    service = plan.services["s0"]
    lonely = service.data["d0"].model_copy(update={"store": None})
    plan = plan.model_copy(update={"services": {"s0": service.model_copy(update={"data": {"d0": lonely}})}})
    found = map_layout.layout(plan, evaluation(), snapshot=snapshot)
    assert found.edges == ()
    assert found.services[0].rows[0].described == "source of truth, not placed yet"


def test_a_filter_leaves_only_what_passes_and_the_stores_it_touches(example: Plan, snapshot: Snapshot) -> None:
    shown = frozenset({"order-service/orders", "order-service/carts"})
    found = map_layout.layout(example, evaluation(), snapshot=snapshot, shown=shown, every_store=False)
    assert [row.key for service in found.services for row in service.rows] == sorted(shown, reverse=True)
    assert {store.slug for store in found.stores} == {"pg-main", "redis-session"}
    assert found.left_title == "1 service, 2 data sets"
    while_moving = map_layout.layout(example, evaluation(), snapshot=snapshot, shown=shown)
    assert len(while_moving.stores) == len(example.stores)


def test_a_folded_service_opens_by_name(snapshot: Snapshot) -> None:
    found = map_layout.layout(big(5, 9), evaluation(), snapshot=snapshot, opened=("s2", "s4"))
    assert [len(service.rows) for service in found.services] == [1, 1, 9, 1, 9]
