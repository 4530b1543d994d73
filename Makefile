# make demo    the sample help centre indexed and served on this machine, three questions asked
# make install the environment alone, in .venv
# make test    everything that a change must pass
# make check   the fast part of it: format, lint, types, layers, quick tests
# make readme  the generated parts of README.md made anew
# make zendesk-app   the package of the agents' side panel, by the settings: make zendesk-app EMAIL=you@example.com
# make soak    the property, fault and load tests of `make test` with larger counts

PYTHON ?= python3
BIN := .venv/bin
# Two at a time, a file's tests in one process: many wait for the servers, browsers and clocks that they test.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile
PACKAGES := knowledge ingest support_bot

export HF_HUB_OFFLINE := 1

.PHONY: install demo demo-check test check soak front-end lint lock readme openapi zendesk-app clean

install: .venv/installed

demo: .venv/installed
	$(BIN)/python -m support_bot.demo

demo-check: .venv/installed
	$(BIN)/python -m support_bot.demo --exit

test: lint front-end .venv/chromium .venv/nginx .venv/redis .venv/postgresql
	$(PYTEST)

check: lint
	$(PYTEST) -m "not slow"

soak: .venv/installed
	HYPOTHESIS_PROFILE=soak $(PYTEST)

# The bundles in support_bot/static/widget are committed: users need no Node, but the tests build them again and compare.
front-end: web/node_modules/.package-lock.json
	npm --prefix web run check
	npm --prefix web test

web/node_modules/.package-lock.json: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	touch $@

.venv/chromium: .venv/installed
	if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; fi
	command -v chromium || echo "chromium is not installed: the browser tests will be skipped"
	touch $@

.venv/nginx: .venv/installed
	if ! PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq nginx || true; fi
	PATH="$$PATH:/usr/sbin" command -v nginx || echo "nginx is not installed: the tests of what it does to a stream will be skipped"
	touch $@

.venv/redis: .venv/installed
	if ! command -v redis-server >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq redis-server; fi
	command -v redis-server || echo "redis-server is not installed: the tests of shared limits will be skipped"
	touch $@

.venv/postgresql: .venv/installed
	if ! ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq postgresql; fi
	ls -d /usr/lib/postgresql/*/bin 2>/dev/null || echo "PostgreSQL is not installed: its tests will be skipped"
	touch $@

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --cache-dir .venv/import-linter
	$(BIN)/mypy --cache-dir .venv/mypy

# uv does not look where pip is told to find wheels, and a CPU build of torch may lie there.
.venv/installed: requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "uv>=0.9"
	UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --requirement requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q $(PACKAGES)
	touch $@

# Pinned: torch's CPU builds and langchain-core's newest need care. No address of any registry is written.
lock: .venv/installed
	printf 'torch==2.13.0\nlangchain-core==1.7.2\n' > .venv/constraints
	UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --quiet \
		--constraint .venv/constraints --no-header --no-emit-index-url --no-annotate --output-file requirements.lock
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.lock

readme: .venv/installed
	$(BIN)/python -m tests.readme

openapi: .venv/installed
	$(BIN)/python -m support_bot openapi > web/openapi.json

zendesk-app: .venv/installed
	mkdir -p build
	$(BIN)/python -m support_bot zendesk-app build/support-bot.zip --email "$(EMAIL)"

clean:
	rm -rf .venv data build *.egg-info
