"""The published catalog as rows. Every fact keeps its sources and the day it was checked; prices are only added."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.price_models import PriceBookVersion, PriceHold, PriceRefresh, TeamPrice

__all__ = [
    "Cycle", "Database", "Fact", "JepsenFinding", "Limit", "Offering", "Price", "PriceBookVersion", "PriceHold", "PriceRefresh",
    "Published", "Revision", "SourceCheck", "Suggestion", "TeamPrice",
]  # fmt: skip


class Database(models.Model):
    """A database system. What is known of it stands in its facts, limits, cycles and findings."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    vendor = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    category = models.CharField(max_length=30, db_index=True)
    types = models.JSONField(default=list)
    workloads = models.JSONField(default=list)
    deployment_models = models.JSONField(default=list)
    best_for = models.TextField()
    avoid_when = models.TextField()
    docs_url = models.URLField(max_length=500)
    notes = models.TextField(blank=True)
    provenance = models.JSONField(default=dict)  # per group of facts: sources, day, what was not confirmed

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """One field. `verified` = seen in one of `sources`; `value` is JSON of the closed vocabulary or text."""

    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="facts")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    sources = models.JSONField(default=list)
    checked_on = models.DateField(null=True)
    verified = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["database", "key"], name="one_fact_per_key")]

    def __str__(self) -> str:
        return f"{self.database_id}: {self.key}"


class Limit(models.Model):
    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="limits")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    configurable = models.BooleanField()
    text = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    checked_on = models.DateField(null=True)
    verified = models.BooleanField()  # seen in a source

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value} {self.unit}"


class Cycle(models.Model):
    """A release line with its end of life."""

    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="cycles")
    position = models.PositiveSmallIntegerField()
    cycle = models.CharField(max_length=60)
    released_on = models.DateField(null=True)
    eol_on = models.DateField(null=True)
    latest = models.CharField(max_length=60, blank=True)
    lts = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.cycle


class JepsenFinding(models.Model):
    database = models.ForeignKey(Database, on_delete=models.CASCADE, related_name="jepsen")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=300)
    finding = models.TextField()
    url = models.URLField(max_length=500)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.subject


class Offering(models.Model):
    """A way to buy a system."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    database = models.ForeignKey(Database, to_field="slug", on_delete=models.CASCADE, related_name="offerings")
    provider = models.CharField(max_length=20)
    billing = models.CharField(max_length=20)
    price_service = models.CharField(max_length=120)
    price_engine = models.CharField(max_length=60, blank=True)
    price_deployment = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=300)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """One dated list price. Rows are added, never changed: an old plan can be priced again as it was."""

    row_sha256 = models.CharField(max_length=64, unique=True)
    position = models.PositiveIntegerField(db_index=True)
    kind = models.CharField(max_length=10)
    provider = models.CharField(max_length=20)
    service = models.CharField(max_length=120)
    engine = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=60)
    deployment = models.CharField(max_length=60, blank=True)
    resource = models.CharField(max_length=200, blank=True)
    vcpu = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    memory_gib = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    local_nvme_gib = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    billed = models.CharField(max_length=80)
    unit = models.CharField(max_length=40)
    usd = models.DecimalField(max_digits=18, decimal_places=10)
    source = models.CharField(max_length=400)
    as_of = models.DateField(null=True)
    category = models.CharField(max_length=60, blank=True)
    cpu_arch = models.CharField(max_length=20, blank=True)
    notes = models.TextField(blank=True)
    published = models.BooleanField(default=True, db_index=True)
    refresh = models.ForeignKey(  # the vendor's file that brought it; null: the package
        PriceRefresh, null=True, blank=True, on_delete=models.PROTECT, related_name="prices"
    )

    class Meta:
        indexes = [models.Index(fields=["provider", "service", "region"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.service} {self.resource} {self.billed}"


class Published(models.Model):
    """One row: which snapshot and price book are published. Any change of content changes an id; caches ask here."""

    snapshot_id = models.CharField(max_length=64)
    price_book_id = models.CharField(max_length=64)
    package_id = models.CharField(max_length=64, default="")  # the packaged catalog that was loaded last
    package_prices_id = models.CharField(max_length=64, default="")  # and the packaged prices
    published_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.snapshot_id[:12]


class Revision(models.Model):
    """One version of a system's tree (the structure of its data file). What was published once is never changed.

    `package` = the content of the data file that a package revision brought, for the next merge; null for others.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        REVIEW = "review", "In review"
        PUBLISHED = "published", "Published"
        REPLACED = "replaced", "Replaced"
        REJECTED = "rejected", "Rejected"

    class Origin(models.TextChoices):
        PACKAGE = "package", "From the package"
        CURATION = "curation", "Curated"
        IMPORT = "import", "Imported"
        UNDO = "undo", "Undone"

    PENDING = (State.DRAFT, State.REVIEW)
    HISTORY = (State.PUBLISHED, State.REPLACED)

    database_slug = models.SlugField(max_length=63, db_index=True)
    number = models.PositiveIntegerField()
    tree = models.JSONField()
    package = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["database_slug", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["database_slug", "number"], name="one_revision_per_number"),
            models.UniqueConstraint(
                fields=["database_slug"], condition=Q(state__in=("draft", "review")), name="one_pending_revision"
            ),
            models.UniqueConstraint(
                fields=["database_slug"], condition=Q(state="published"), name="one_published_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.database_slug} {self.number}: {self.state}"


class Suggestion(models.Model):
    """A correction from a reader. Who sent it follows it by a link; of its token only the hash is kept."""

    class State(models.TextChoices):
        OPEN = "open"
        ASKED = "asked", "Waiting for the sender"
        ACCEPTED = "accepted"
        REJECTED = "rejected", "Not taken over"

    database_slug = models.SlugField(max_length=63)
    key = models.CharField(max_length=120)
    value = models.JSONField()
    published = models.JSONField(null=True)  # what the catalog said when it was sent
    source = models.URLField(max_length=500)
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)  # the curator's answer, for the sender to read
    answer = models.TextField(blank=True)  # what the sender wrote back
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="suggestions")

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "database_slug", "key"], name="suggestion_open")]

    def __str__(self) -> str:
        return f"{self.database_slug}: {self.key}"


class SourceCheck(models.Model):
    """When a source was last asked and what it answered. It is dead once it failed on two different days."""

    url = models.URLField(max_length=500, unique=True)
    status = models.PositiveSmallIntegerField()  # 0: no answer
    words = models.CharField(max_length=200)
    checked_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["url"]

    def __str__(self) -> str:
        return self.url
