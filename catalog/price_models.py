"""Refreshes of the price book as rows, what waits for a decision, and what a team pays instead. Imported by `models`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Team


class PriceRefresh(models.Model):
    """One file of a vendor: read, compared and shown first, then published whole or dropped. Kept for ever."""

    class State(models.TextChoices):
        PREVIEW = "preview", "Waiting"
        PUBLISHED = "published", "Published"
        DROPPED = "dropped", "Dropped"

    vendor = models.CharField(max_length=10)
    form = models.CharField(max_length=80)
    origin = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEW, db_index=True)
    rows = models.JSONField(default=list)  # the prices that were read; emptied when it is decided
    counts = models.JSONField(default=dict)  # seen, new, changed, confirmed, unchanged, older, held
    left_out = models.JSONField(default=dict)  # reason: number of rows
    quarantined = models.JSONField(default=dict)
    dropped = models.JSONField(default=list)  # [place, reason] of quarantined rows, the first ones
    notes = models.JSONField(default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    price_book_id = models.CharField(max_length=64, blank=True)  # the book that it made

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.vendor} {self.form}, {self.created_at:%Y-%m-%d}"


class PriceHold(models.Model):
    """A price that jumped by more than a fifth. It is not published until a curator releases it."""

    class State(models.TextChoices):
        HELD = "held", "Held"
        RELEASED = "released", "Released"
        REJECTED = "rejected", "Rejected"

    refresh = models.ForeignKey(PriceRefresh, on_delete=models.CASCADE, related_name="holds")
    row_sha256 = models.CharField(max_length=64, unique=True)
    row = models.JSONField()
    old_usd = models.DecimalField(max_digits=18, decimal_places=10)
    new_usd = models.DecimalField(max_digits=18, decimal_places=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD, db_index=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old_usd} to {self.new_usd}"

    @property
    def change(self) -> float:
        """Share of the old price: 0.25 is a quarter dearer."""
        return float(self.new_usd / self.old_usd - 1) if self.old_usd else 0.0


class TeamPrice(models.Model):
    """What a team pays instead of the list: a discount over a scope, or a contract's own amount for one price."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", "Discount"
        CONTRACT = "contract", "Contract price"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="own_prices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    provider = models.CharField(max_length=20, blank=True)  # scope of a discount; empty = every provider
    service = models.CharField(max_length=120, blank=True)
    offering = models.SlugField(max_length=63, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # off the list price
    row = models.JSONField(null=True)  # the whole price of a contract
    note = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "provider", "service", "offering", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.team}"


class PriceBookVersion(models.Model):
    """A price book that was published once. Price rows are only added, so their ids bring the whole book back."""

    book_id = models.CharField(max_length=64, unique=True)
    rows = models.JSONField()  # primary keys of its Price rows, in the order of the book
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.book_id[:12]}, {self.made_at:%Y-%m-%d}"
