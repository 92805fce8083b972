"""The pieces of which the files of `skeletons.py` are put together. `<WORDS>` are filled in there."""

from __future__ import annotations

HEAD = '''
"""<STRATEGY> for <TABLE>: a skeleton to make your own. Needs redis-py and psycopg 3.

Table: CREATE TABLE <TABLE> (key text PRIMARY KEY, value jsonb NOT NULL);
"""

import json
import math
import random
import time

import psycopg
import redis

TTL_SECONDS = <TTL>
WAIT_SECONDS = 2.0  # for another reader's load; longer than a load takes
PREFIX = "<TABLE>:"
SELECT = "SELECT value FROM <TABLE> WHERE key = %s"
UPSERT = "INSERT INTO <TABLE> VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
'''

LOAD = '''
def load(db, key):
    """The value in the store, or None."""
    row = db.execute(SELECT, (key,)).fetchone()
    return None if row is None else row[0]
'''

REMEMBER = '''
def remember(cache, key, value, loaded=False):
    """Also that there is nothing (null), so that a missing key does not reach the store on every read. What a reader
    loaded never replaces what a writer put there meanwhile."""
    lives = None if TTL_SECONDS is None else max(1, round(TTL_SECONDS * 1000 * random.uniform(0.9, 1.0)))
    cache.set(PREFIX + key, json.dumps(value), px=lives, nx=loaded)


def unpack(found):
    return json.loads(found)
'''

REMEMBER_WITH_END = '''
def remember(cache, key, value, loaded=False, took=0.005):
    """The value, how long its load took, and when it ends. What a reader loaded for a missing entry never replaces
    what a writer put there meanwhile."""
    ends = None if TTL_SECONDS is None else time.time() + TTL_SECONDS
    lives = None if TTL_SECONDS is None else max(1, round(TTL_SECONDS * 1000))
    cache.set(PREFIX + key, json.dumps([value, took, ends]), px=lives, nx=loaded)


def unpack(found):
    return json.loads(found)[0]
'''

READ = """
def read(cache, db, key):
    found = cache.get(PREFIX + key)
    return unpack(found) if found is not None else load_once(cache, db, key)
"""

READ_EARLY = '''
BETA = 1.0  # above 1: earlier


def read(cache, db, key):
    """XFetch: the nearer the end and the slower the load, the likelier this reader loads anew, before all would."""
    found = cache.get(PREFIX + key)
    if found is None:
        return load_once(cache, db, key)
    value, took, ends = json.loads(found)
    if ends is not None and time.time() - took * BETA * math.log(1 - random.random()) >= ends:
        return load_and_remember(cache, db, key)
    return value


def load_and_remember(cache, db, key):
    started = time.monotonic()
    value = load(db, key)
    remember(cache, key, value, took=time.monotonic() - started)
    return value
'''

READ_UNSAVED = """
UNSAVED = PREFIX + "unsaved"  # key -> value that the store does not have yet


def read(cache, db, key):
    found = cache.get(PREFIX + key)
    if found is None:
        found = cache.hget(UNSAVED, key)
    return unpack(found) if found is not None else load_once(cache, db, key)
"""

LOAD_ONCE = '''
def load_once(cache, db, key):
    """One reader loads; the others wait for what it found, at most WAIT_SECONDS."""
    loading = PREFIX + key + ":loading"
    mine = cache.set(loading, "1", nx=True, px=round(WAIT_SECONDS * 1000))
    until = time.monotonic() + WAIT_SECONDS
    while not mine and time.monotonic() < until:
        time.sleep(0.005)
        found = cache.get(PREFIX + key)
        if found is not None:
            return unpack(found)
    try:
        value = load(db, key)
        remember(cache, key, value, loaded=True)
    finally:
        if mine:
            cache.delete(loading)
    return value
'''

WRITE_ALONE = '''
def write(cache, db, key, value):
    """The store alone: readers see the old value until its entry ends."""
    with db.transaction():
        db.execute(UPSERT, (key, json.dumps(value)))
'''

WRITE_AND_FORGET = '''
def write(cache, db, key, value):
    """The store first; then the entry goes, and the next reader loads the new value."""
    with db.transaction():
        db.execute(UPSERT, (key, json.dumps(value)))
    cache.delete(PREFIX + key)
'''

WRITE_AND_TELL = '''
CHANNEL = "<TABLE>_changed"


def write(cache, db, key, value):
    """The store and the news of it in one transaction: no change without its event."""
    with db.transaction():
        db.execute(UPSERT, (key, json.dumps(value)))
        db.execute("SELECT pg_notify(%s, %s)", (CHANNEL, key))


def listen(cache, db, stop_after=None):
    """Takes the entries of changed keys out of the cache, for ever or until so many events. `db` is in autocommit."""
    db.execute(f"LISTEN {CHANNEL}")
    for event in db.notifies(stop_after=stop_after):
        cache.delete(PREFIX + event.payload)
'''

WRITE_THROUGH = '''
def write(cache, db, key, value):
    """Store and cache. The row stays locked until the commit, so that writers of one key reach both in one order."""
    try:
        with db.transaction():
            db.execute(UPSERT, (key, json.dumps(value)))
            remember(cache, key, value)
    except BaseException:  # not committed: the cache must not show it
        cache.delete(PREFIX + key)
        raise
'''

WRITE_BEHIND = '''
FLUSH_SECONDS = <FLUSH>
SAVED = "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end"


def write(cache, db, key, value):
    """The cache alone, at once; flush() brings it to the store."""
    with cache.pipeline(transaction=True) as both:
        both.hset(UNSAVED, key, json.dumps(value))
        remember(both, key, value)
        both.execute()


def flush(cache, db):
    """Saves each written key once, however often it was written. What is written meanwhile waits for the next time."""
    unsaved = cache.hgetall(UNSAVED)
    with db.transaction():
        for key, value in sorted(unsaved.items()):
            db.execute(UPSERT, (key.decode(), value.decode()))
    for key, value in unsaved.items():
        cache.eval(SAVED, 1, UNSAVED, key, value)
    return len(unsaved)


def flush_for_ever(cache, db):
    while True:
        flush(cache, db)
        time.sleep(FLUSH_SECONDS)
'''

READ_THROUGH = '''
class Items:
    """What callers see: items by key. Where they come from is its own affair."""

    def __init__(self, cache, db):
        self.cache, self.db = cache, db

    def __getitem__(self, key):
        return read(self.cache, self.db, key)

    def __setitem__(self, key, value):
        write(self.cache, self.db, key, value)
'''
