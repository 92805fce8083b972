# Two stages: the first installs and collects, the last holds only what runs.
FROM python:3.13.7-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --only-binary=:all: -r requirements.lock && pip uninstall --yes pip
COPY manage.py pyproject.toml ./
COPY config config
COPY accounts accounts
COPY catalog catalog
COPY planner planner
COPY backups backups
COPY templates templates
COPY static static
RUN DATA_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && python -m compileall -q /app

FROM python:3.13.7-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    PRODUCTION=true \
    DATA_DIR=/tmp/polystore
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin polystore
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", \
     "--timeout=60", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
