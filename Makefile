# make run   starts Polystore        make test   runs every check and test
.POSIX:
.SUFFIXES:
.PHONY: help setup setup-dev run test check format bench admin lock clean

VENV = .venv
BIN = $(VENV)/bin
PY = $(BIN)/python
# The first Python on the PATH that is 3.11 or newer; PYTHON=/path/to/python chooses another.
FIND_PYTHON = for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; exit 0; fi; done
# pip needs nothing but Python; uv is quicker where it is installed. Both check every hash of the lock file.
INSTALL = install() { \
	if command -v uv >/dev/null 2>&1 && uv pip install -q --python $(PY) --require-hashes -r $$1; then return 0; fi; \
	$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null || return 1; \
	$(PY) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $$1; }; install

help:
	@echo "make run     start Polystore (PORT=8000, DATA_DIR=./var)"
	@echo "make test    every check and test        make check   only format, lint, types, contracts, migrations"
	@echo "make admin   create an administrator     make bench   measure speed"
	@echo "make setup   only build .venv            make lock    renew the lock files (needs uv)"

$(PY):
	@python="$$($(FIND_PYTHON))"; \
	if [ -z "$$python" ]; then echo "Polystore needs Python 3.11 or newer; none was found." >&2; exit 1; fi; \
	echo "Making a virtual environment with $$python"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); \
	echo "Python's venv module is missing (Debian: apt-get install python3-venv)." >&2; exit 1; }

$(VENV)/.runtime: requirements.lock $(PY)
	@echo "Installing what Polystore needs (once)"
	@$(INSTALL) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(PY)
	@echo "Installing what the tests need (once)"
	@$(INSTALL) requirements-dev.lock
	@touch $(VENV)/.runtime $@

setup: $(VENV)/.runtime

setup-dev: $(VENV)/.dev

run: setup
	@exec $(PY) -m config.run

admin: setup
	@$(PY) manage.py migrate --verbosity 0 && $(PY) manage.py createsuperuser

test: setup-dev
	@$(PY) -m tests.suite

check: setup-dev
	@$(PY) -m tests.suite check

format: setup-dev
	$(BIN)/ruff check --fix --select I . && $(BIN)/ruff format . && $(BIN)/djhtml --tabwidth 2 templates

# The peer in sizing needs an older scipy than Polystore: an environment of its own.
.venv-peer/.done: benchmarks/peer/requirements.lock | $(VENV)/.dev
	@echo "Installing the peer that sizing is measured against (once)"
	@rm -rf .venv-peer && $(PY) -m venv .venv-peer
	@.venv-peer/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

bench: setup-dev .venv-peer/.done
	@$(PY) -m benchmarks

lock:
	uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--no-header --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
		--no-header benchmarks/peer/requirements.in -o benchmarks/peer/requirements.lock

clean:
	rm -rf $(VENV) .venv-peer staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
