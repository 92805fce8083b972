"""The generated files of caches, run by the real Redis and PostgreSQL: settings are taken, and each strategy does what it says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import redis

from planner.engine import edits
from planner.engine.caching.settings import settings_for
from planner.engine.caching.skeletons import skeleton_for, table_of
from planner.engine.document import Cache, Plan, parse
from planner.engine.quantity import Quantity
from tests import servers

PATH = "product-catalog/products"
TABLE = table_of(PATH)
EXAMPLE = Path(__file__).parents[2] / "planner" / "examples" / "webshop.yaml"
STRATEGIES = ("cache-aside", "read-through", "write-through", "write-behind", "refresh-ahead")
INVALIDATIONS = ("ttl", "on-write", "event")
OF_THE_READER = ("cache-aside", "read-through")  # those whose invalidation is a choice of its own


@dataclass
class Place:
    cache: redis.Redis
    url: str

    def db(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True)


@pytest.fixture(scope="module")
def both() -> Iterator[Place]:
    with ExitStack() as stack:
        cache = stack.enter_context(servers.running(servers.new_redis)).url
        url = stack.enter_context(servers.running(servers.new_postgresql)).url
        place = Place(redis.Redis.from_url(cache), url)
        with place.db() as db:
            db.execute(f"CREATE TABLE {TABLE} (key text PRIMARY KEY, value jsonb NOT NULL)")
        yield place


@pytest.fixture
def place(both: Place) -> Iterator[tuple[redis.Redis, psycopg.Connection[Any]]]:
    """Both empty but for one item."""
    both.cache.flushall()
    with both.db() as db:
        db.execute(f"TRUNCATE {TABLE}")
        db.execute(f"INSERT INTO {TABLE} VALUES ('a', '1')")
        yield both.cache, db


def plan_with(**changed: object) -> Plan:
    plan = parse(EXAMPLE.read_bytes(), "yaml")
    before = plan.data_set(PATH)
    cache = before.cache or Cache(layer="distributed")
    return edits.with_data_set(plan, PATH, before.model_copy(update={"cache": cache.model_copy(update=changed)}))


def module_of(**changed: object) -> Any:
    """The generated file as the module that it is."""
    file = skeleton_for(plan_with(**{"ttl_seconds": 300.0, "invalidation": "ttl"} | changed), PATH)
    assert file is not None
    made = ModuleType(file.name.removesuffix(".py"))
    exec(compile(file.text, file.name, "exec"), made.__dict__)
    return made


@pytest.mark.parametrize("invalidation", INVALIDATIONS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_read_loads_once_and_then_comes_from_the_cache(place: Any, strategy: str, invalidation: str) -> None:
    cache, db = place
    made = module_of(strategy=strategy, invalidation=invalidation)
    assert made.read(cache, db, "a") == 1
    db.execute(f"UPDATE {TABLE} SET value = '2'")  # behind its back
    assert made.read(cache, db, "a") == 1
    assert 0.89 * 300_000 <= cache.pttl(f"{TABLE}:a") <= 300_000
    assert made.read(cache, db, "missing") is None
    db.execute(f"INSERT INTO {TABLE} VALUES ('missing', '3')")
    assert made.read(cache, db, "missing") is None  # it is remembered that there was nothing


@pytest.mark.parametrize("strategy", OF_THE_READER)
def test_what_a_write_does_to_the_entry(place: Any, strategy: str) -> None:
    cache, db = place
    for invalidation, seen in (("ttl", 1), ("on-write", 2)):
        made = module_of(strategy=strategy, invalidation=invalidation)
        made.write(cache, db, "a", 1)
        made.read(cache, db, "a")
        made.write(cache, db, "a", 2)
        assert made.load(db, "a") == 2
        assert made.read(cache, db, "a") == seen


def test_an_event_ends_the_entry_in_whichever_process_hears_it(place: Any, both: Place) -> None:
    cache, db = place
    made = module_of(strategy="cache-aside", invalidation="event")
    made.read(cache, db, "a")
    with both.db() as listening:
        listening.execute(f"LISTEN {made.CHANNEL}")  # before the write, so that it cannot be missed
        heard = threading.Thread(target=made.listen, args=(cache, listening, 1))
        made.write(cache, db, "a", 2)
        heard.start()
        heard.join(10)
        assert not heard.is_alive()
    assert made.read(cache, db, "a") == 2


def test_read_through_hides_where_items_come_from(place: Any) -> None:
    cache, db = place
    items = module_of(strategy="read-through", invalidation="on-write").Items(cache, db)
    assert items["a"] == 1
    items["a"] = {"price": 5}
    assert items["a"] == {"price": 5}


@pytest.mark.parametrize("strategy", ["write-through", "refresh-ahead"])
def test_write_through_has_store_and_cache_at_once_and_neither_when_it_fails(place: Any, strategy: str) -> None:
    cache, db = place
    made = module_of(strategy=strategy)
    made.write(cache, db, "a", 2)
    assert made.load(db, "a") == made.unpack(cache.get(f"{TABLE}:a")) == 2
    db.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT small CHECK (value < '9') NOT VALID")
    try:
        with pytest.raises(psycopg.errors.CheckViolation):
            made.write(cache, db, "a", 10)
    finally:
        db.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT small")
    assert made.read(cache, db, "a") == 2


def test_write_behind_saves_the_last_of_many_writes_and_loses_what_was_not_flushed(place: Any) -> None:
    cache, db = place
    made = module_of(strategy="write-behind")
    for value in range(2, 8):
        made.write(cache, db, "a", value)
    assert made.load(db, "a") == 1
    assert made.read(cache, db, "a") == 7
    cache.delete(f"{TABLE}:a")  # evicted before it was saved
    assert made.read(cache, db, "a") == 7
    assert made.flush(cache, db) == 1
    assert made.load(db, "a") == 7
    assert made.flush(cache, db) == 0
    made.write(cache, db, "a", 8)
    cache.flushall()  # the cache is lost
    assert made.read(cache, db, "a") == 7


def test_a_write_during_a_flush_waits_for_the_next(place: Any) -> None:
    cache, db = place
    made = module_of(strategy="write-behind")
    made.write(cache, db, "a", 2)
    before = cache.hgetall(made.UNSAVED)
    made.write(cache, db, "a", 3)
    cache.eval(made.SAVED, 1, made.UNSAVED, "a", before[b"a"])  # what the flush does with what it had read
    assert cache.hget(made.UNSAVED, "a") == b"3"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_missing_entry_is_loaded_by_one_of_many_readers(place: Any, both: Place, strategy: str) -> None:
    cache, _ = place
    made = module_of(strategy=strategy)
    loads: list[str] = []
    load = made.load

    def slow(db: Any, key: str) -> Any:
        loads.append(key)
        time.sleep(0.1)
        return load(db, key)

    made.load = slow
    found: list[Any] = []

    def reads() -> None:
        with both.db() as db:
            found.append(made.read(cache, db, "a"))

    in_parallel([reads] * 8)
    assert (loads, found) == (["a"], [1] * 8)


def in_parallel(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)


def test_what_a_reader_loaded_does_not_replace_what_a_writer_put_there(place: Any) -> None:
    cache, db = place
    made = module_of(strategy="write-through")
    load = made.load

    def overtaken(db: Any, key: str) -> Any:
        old = load(db, key)
        made.write(cache, db, key, 2)
        return old

    made.load = overtaken
    made.read(cache, db, "a")
    assert made.read(cache, db, "a") == 2


def test_refresh_ahead_loads_before_the_end_and_rarely_long_before(place: Any) -> None:
    cache, db = place
    made = module_of(strategy="refresh-ahead")
    made.remember(cache, "a", 1, took=0.005)
    db.execute(f"UPDATE {TABLE} SET value = '2'")
    assert [made.read(cache, db, "a") for _ in range(50)] == [1] * 50
    made.TTL_SECONDS = 0.5
    made.remember(cache, "a", 1, took=60.0)  # a slow load, near the end
    assert 2 in [made.read(cache, db, "a") for _ in range(30)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_expiry_an_entry_stays(place: Any, strategy: str) -> None:
    cache, db = place
    made = module_of(strategy=strategy, ttl_seconds=None)
    made.read(cache, db, "a")
    assert cache.ttl(f"{TABLE}:a") == -1
    assert made.read(cache, db, "a") == 1


def test_redis_takes_the_settings(tmp_path: Path) -> None:
    plan = plan_with(memory_gib=None)
    file = settings_for(plan_with(), PATH)
    assert file is not None

    def configured(folder: Path) -> servers.Server:
        server = servers.new_redis(folder)
        (folder / file.name).write_text(file.text)
        server.command[1:1] = [str(folder / file.name)]
        return server

    with servers.running(configured) as server:
        cache = redis.Redis.from_url(server.url)
        wanted = dict(line.split(" ", 1) for line in file.text.splitlines())
        found = {name: cache.config_get(name)[name] for name in wanted}
        megabytes = int(wanted["maxmemory"].removesuffix("mb"))
        assert found == wanted | {"maxmemory": str(megabytes * 2**20), "save": ""}
    assert "maxmemory " not in getattr(settings_for(plan, PATH), "text", "")


def test_memcached_takes_the_flags() -> None:
    plan = plan_with()
    store = plan.stores["redis-cache"].model_copy(update={"database": "memcached", "offering": None, "eviction": "lru"})
    plan = edits.with_store(plan, "redis-cache", store)
    data_set = plan.data_set(PATH)
    needs = data_set.needs.model_copy(update={"item_bytes": Quantity(1e6, 2e6, 3e6)})
    file = settings_for(edits.with_data_set(plan, PATH, data_set.model_copy(update={"needs": needs})), PATH)
    assert file is not None
    flags = file.text.split()[1:]
    with servers.running(lambda folder: servers.new_memcached(folder, flags)) as server:
        found = memcached_settings(server.url)
    assert int(found["maxbytes"]) == int(flags[flags.index("-m") + 1]) * 2**20
    assert int(found["item_size_max"]) == int(flags[flags.index("-I") + 1].removesuffix("m")) * 2**20 >= 3e6


def memcached_settings(url: str) -> dict[str, str]:
    port = int(url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as asked, asked.makefile("rb") as answer:
        asked.sendall(b"stats settings\r\n")
        lines = list(iter(lambda: answer.readline().decode().strip(), "END"))
    return dict(line.split(" ", 2)[1:] for line in lines if len(line.split(" ", 2)) == 3)


def test_postgresql_runs_the_materialized_view_and_its_refresh(both: Place) -> None:
    file = settings_for(plan_with(layer="materialized-view", store=None), PATH)
    assert file is not None
    with both.db() as db:
        db.execute("CREATE TABLE source (id int)")
        db.execute("INSERT INTO source VALUES (1), (1), (2)")
        db.execute(file.text)
        assert db.execute("SELECT * FROM products_cached ORDER BY id").fetchall() == [(1, 2), (2, 1)]


def test_only_a_cache_in_redis_or_its_forks_has_a_skeleton() -> None:
    assert skeleton_for(plan_with(layer="in-process", store=None), PATH) is None
    assert skeleton_for(plan_with(store="pg-main"), PATH) is None
    assert (
        skeleton_for(
            edits.with_data_set(plan_with(), PATH, plan_with().data_set(PATH).model_copy(update={"cache": None})), PATH
        )
        is None
    )
