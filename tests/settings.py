"""The settings of the test suite: the real ones, with a data folder of its own and what makes tests quick."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
for name in ("DEBUG", "PRODUCTION", "HTTPS", "SECRET_KEY", "ALLOWED_HOSTS", "MAIL_URL", "EMAIL_VERIFICATION"):
    os.environ.pop(name, None)  # the developer's own settings are no part of the tests
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="polystore-test-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
if WORKER and os.environ.get("REDIS_URL"):  # one numbered Redis database for each test process
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rsplit("/", 1)[0] + f"/{1 + int(WORKER.removeprefix('gw'))}"

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory, so that threads meet the same locks as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
