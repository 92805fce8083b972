"""WSGI entry point, for gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config import collector
from config.celery import app as celery_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

celery_app.set_default()  # Celery's current app is per thread; views run in other threads than this one
application = get_wsgi_application()
_ = get_resolver().url_patterns  # imports every view now, not while somebody waits for the first page
collector.rarely()
