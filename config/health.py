"""/healthz: do the database, the broker and a worker answer? Bounded in time, for load balancers and people."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app
from config.errors import OUTAGES, UNREACHABLE
from config.middleware import GetResponse

WORKER_ANSWERS_WITHIN_SECONDS = 1.0
POSTGRESQL_FLOOR = 150_000  # 15.0


def health(get_response: GetResponse) -> GetResponse:
    """Answers /healthz before the host name is checked: load balancers ask by address."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path == "/healthz" else get_response(request)

    return middleware


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when database and broker answer. A missing worker is reported, not fatal: pages still work."""
    database, broker = check_database(), check_broker()
    worker = "not asked, because the broker does not answer" if broker else check_worker()
    healthy = not database and not broker
    answer = {
        "status": "ok" if healthy else "down",
        "database": database or "ok",
        "broker": broker or "ok",
        "worker": worker or "ok",
    }
    return JsonResponse(answer, status=200 if healthy else 503)


def check_database() -> str:
    """ "" when it answers, else what is wrong in words."""
    try:
        too_old = postgresql_too_old()
    except OUTAGES:
        return "the database does not answer"
    return "PostgreSQL is older than 15" if too_old else ""


def postgresql_too_old() -> bool:
    """Ask the database for its version; SQLite, which comes with Python, only has to answer."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num" if is_postgresql else "SELECT 1")
        answer = int(cursor.fetchone()[0])
    return is_postgresql and answer < POSTGRESQL_FLOOR


def check_broker() -> str:
    if not settings.REDIS_URL:
        return ""  # the built-in queue is a folder that the settings have made
    try:
        with app.connection_for_write(
            connect_timeout=2, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
        ) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except UNREACHABLE:
        return "the queue (Redis) does not answer"
    return ""


def check_worker() -> str:
    try:
        answers = app.control.broadcast("ping", reply=True, limit=1, timeout=WORKER_ANSWERS_WITHIN_SECONDS)
    except UNREACHABLE:
        return "the queue does not answer"
    return "" if answers else "no worker answers; background work waits until one does"
