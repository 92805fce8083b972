"""The inputs of the cache calculator."""

from __future__ import annotations

from django import forms

from planner.engine.caching.inputs import ZIPF
from planner.forms import words
from planner.forms.calculator import AmountField, CalculatorForm, RangeField

POLICIES = {
    "lru": "Least recently used (LRU)",
    "lfu": "Least often used (LFU)",
    "fifo": "Oldest first (FIFO)",
    "random": "Random",
}
MOST_ITEMS, MOST_SKEW = 1e13, 5


class CacheCalculatorForm(CalculatorForm):
    items = AmountField(label="Items that are read", default=2_000_000, minimum=1, maximum=MOST_ITEMS)
    item_bytes = AmountField(label="Size of an item", unit="bytes", default=1024, above=True, maximum=1e9)
    reads_per_second = AmountField(label="Reads at peak", unit="per second", default=5000, above=True, maximum=1e9)
    writes_per_second = AmountField(label="Writes at peak", unit="per second", default=50, maximum=1e9)
    memory_gib = AmountField(
        label="Memory of the cache", unit="GiB", default=0.5, above=True, maximum=1e6, blank="Empty: room for all"
    )
    ttl_seconds = AmountField(
        label="Time to live", unit="seconds", default=300, above=True, maximum=1e9, blank="Empty: for ever"
    )
    policy = forms.ChoiceField(label="When the memory is full", choices=list(POLICIES.items()), initial="lru")
    strategy = forms.ChoiceField(label="Strategy", choices=list(words.CACHE_STRATEGIES.items()), initial="cache-aside")
    invalidation = forms.ChoiceField(
        label="When the data change", choices=list(words.INVALIDATIONS.items()), initial="ttl"
    )
    zipf_alpha = RangeField(
        label="Skew of the reads",
        unit="Zipf's exponent; 0: all items alike",
        default=(ZIPF.low, ZIPF.likely, ZIPF.high),
        maximum=MOST_SKEW,
    )
