"""Rows for what is not the document itself: plan heads, immutable revisions, links, jobs and their results."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from accounts.models import Team


class Plan(models.Model):
    """A head, an owner and a name. Owner is a person, a team, or (before sign-up) the visitor of a signed cookie."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)  # copy of the document's name, for lists
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="plans"
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="plans")
    visitor = models.CharField(max_length=64, blank=True, db_index=True)  # SHA-256 of the visitor's key
    is_example = models.BooleanField(default=False)  # readable by everyone, written by no one
    head = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    price_book_id = models.CharField(max_length=64, blank=True)  # the prices it is costed with; "" = always the newest
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # set = out of sight; undo clears it

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """An immutable version of a plan's document. `parent` is the revision it was made from; undo and redo move the head.

    `undo_to` / `redo_to` hold the neighbours on the undo line, so that undo survives merges and restarts.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.TextField()  # canonical JSON, exactly as planner.engine.document.dump_json writes it
    document_sha256 = models.CharField(max_length=64, db_index=True)
    summary = models.CharField(max_length=200)  # "Moved Carts to mongo-catalog"
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    undo_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    redo_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_number_per_plan")]

    def __str__(self) -> str:
        return f"{self.plan} version {self.number}"


class ShareLink(models.Model):
    """A read-only link. Only the SHA-256 of its 256-bit token is kept. `revision` null = always the latest version."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="share_links")
    name = models.CharField(max_length=120, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    hide_costs = models.BooleanField(default=True)
    allow_copy = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or f"Link {self.pk}"


class Job(models.Model):
    """The truth about a piece of background work. The broker may forget it; a sweep queues unfinished jobs again."""

    class Kind(models.TextChoices):
        ESTIMATE = "estimate", "Cost estimate"
        REPORT = "report", "Report"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="jobs")
    options = models.JSONField(default=dict)  # draws, seed, sections, hide_costs
    progress = models.FloatField(default=0.0)  # 0..1
    step = models.CharField(max_length=200, blank=True)  # in words
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "heartbeat_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Estimate(models.Model):
    """The stored result of an estimate job: planner.engine.results.Estimate as JSON."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="estimate")
    result = models.JSONField()

    def __str__(self) -> str:
        return f"Estimate {self.job_id}"


class Report(models.Model):
    """A finished PDF."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="report")
    pdf = models.BinaryField()
    pages = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Report {self.job_id}"


class ImpactRun(models.Model):
    """A comparison of all saved plans: the published catalog and prices against those that are about to be published.

    `key` says what is about to be published ("revision:12"); `candidate` is a SHA-256 over the proposal.
    """

    State = Job.State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, db_index=True)
    proposal = models.JSONField()  # planner.proposal.Proposal
    candidate = models.CharField(max_length=64)
    catalog_snapshot = models.CharField(max_length=64)  # published when the run was started
    price_snapshot = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=Job.State.choices, default=Job.State.RUNNING)
    error = models.TextField(blank=True)
    plans = models.PositiveIntegerField()  # how many are compared
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class ImpactChunk(models.Model):
    """A few plans of a run, for one worker. `claim` names who works on it: only they may write its results."""

    run = models.ForeignKey(ImpactRun, on_delete=models.CASCADE, related_name="chunks")
    revisions = models.JSONField()  # ids of the plans' newest versions when the run was started
    state = models.CharField(max_length=10, choices=Job.State.choices, default=Job.State.QUEUED)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["run", "state"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class ImpactResult(models.Model):
    """What changes for one plan: planner.engine.impact.PlanImpact as JSON. Plans without a change have no row."""

    run = models.ForeignKey(ImpactRun, on_delete=models.CASCADE, related_name="results")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    worst = models.PositiveSmallIntegerField()  # place of its worst kind of change in planner.engine.impact.WORST_FIRST
    change = models.JSONField()

    class Meta:
        ordering = ["worst", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "plan"], name="one_impact_per_plan")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.plan_id}"


class PortfolioRun(models.Model):
    """An estimate of several plans together: those of a team, of a person or of a browser."""

    State = Job.State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=80, db_index=True)  # "team:7", "person:3", "visitor:<SHA-256>"
    seed = models.PositiveBigIntegerField()
    draws = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=Job.State.choices, default=Job.State.RUNNING)
    left_out = models.PositiveIntegerField(default=0)  # plans beyond the most that one run takes
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.scope} {self.state}"


class PortfolioPart(models.Model):
    """One plan of a run, for one worker. `claim` names who works on it: only they may write its result."""

    run = models.ForeignKey(PortfolioRun, on_delete=models.CASCADE, related_name="parts")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=Job.State.choices, default=Job.State.QUEUED)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    monthly = models.BinaryField(null=True)  # USD a month, float64 of shape (months, draws): to be summed draw by draw
    result = models.JSONField(null=True)  # known, unknown, prices_as_of, months
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "state"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"
