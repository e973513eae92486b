# The daily acts, the same here and in CI. `make` alone lists them.
# Every target first makes what it needs: the environment, the assets, the compiled translations.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup demo test test-fast test-sqlite test-postgres check fix bench mutants attack docs assets lock clean FORCE

PY := .venv/bin/python
export PYTHONPATH := src:tests/house
export DJANGO_SETTINGS_MODULE ?= commonweal.config.settings
READY := build/environment.stamp build/assets.stamp build/translations.stamp
CATALOGUES := $(shell find src -name 'django.po')
WORKERS ?= 2
ARGS ?=
# what PostgreSQL must prove again; engines know no database and the browser does not care which one it is
IN_DATABASE := $(shell grep -ls django_db tests/demo/test_*.py)
ON_POSTGRES := $(wildcard tests/rooms tests/web tests/journeys tests/adapters) $(IN_DATABASE)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 15

setup: $(READY) ## build .venv, install the pinned assets, compile the translations

demo: $(READY) ## a generated county on http://localhost:8000 (make demo ARGS="--pace 60")
	$(PY) -m commonweal demo --home demo-home --port 8000 $(ARGS)

test: check test-sqlite test-postgres ## everything: check, all tests on SQLite with the browser, again on PostgreSQL

test-sqlite: $(READY) build/cluster.stamp ## all tests on SQLite, browser journeys included
	$(PY) -m pytest tests --ignore tests/house -n $(WORKERS) --dist worksteal $(ARGS)

test-postgres: $(READY) ## rooms, screens, journeys and adapters on a private PostgreSQL
	$(PY) deploy/postgres.py run -- $(PY) -m pytest $(ON_POSTGRES) --migrations -n $(WORKERS) --dist worksteal -m "not browser and not once" $(ARGS)

test-fast: $(READY) ## engines and rooms on SQLite, under two minutes
	$(PY) -m pytest $(wildcard tests/engines tests/rooms) -n $(WORKERS) --dist worksteal -m "not slow and not browser" --hypothesis-profile=fast $(ARGS)

check: $(READY) ## contracts, types, style, labels, migrations, docstrings, promises about the repository
	.venv/bin/ruff check src tests deploy docs
	.venv/bin/lint-imports
	$(PY) -m django check
	$(PY) -m django makemigrations --check --dry-run
	.venv/bin/mypy
	.venv/bin/interrogate -q $$(find src -name '*.py' -not -path '*/migrations/*')
	$(PY) -m pytest tests/house

fix: $(READY) ## mend what a machine can mend
	.venv/bin/ruff check --fix src tests deploy docs
	$(PY) docs/glossary.py

bench: $(READY) ## measure against named peers and print ratios
	@missed=0; \
	$(PY) bench/disclosure.py 1000000 --agree || missed=1; \
	$(PY) bench/import_rows.py || missed=1; \
	$(PY) -m bench.capacity || missed=1; \
	$$(command -v uv || echo build/bootstrap/bin/uv) pip install -q -p $(PY) -r requirements-bench.lock; \
	$(PY) bench/planning.py || missed=1; \
	$(PY) deploy/postgres.py run --durable -- $(PY) bench/import_calls.py || missed=1; \
	$(PY) deploy/postgres.py run --durable -- $(PY) bench/load.py || missed=1; \
	$(PY) deploy/postgres.py run --durable -- $(PY) -m bench $(ARGS) || missed=1; \
	exit $$missed

mutants: $(READY) ## change the disclosure engine and its facts at random 200 times; 95 of 100 must be noticed
	$(PY) bench/mutants.py $(ARGS)

attack: $(READY) ## wapiti, sqlmap and schemathesis against a served demo and a planted application (hours; ARGS=--quick)
	$(PY) -m deploy.attack $(ARGS)

docs: $(READY) ## write the generated reference into build/docs
	$(PY) docs/generate.py build/docs

assets: build/assets.stamp ## install the npm packages and copy what pages use

lock: build/environment.stamp ## renew the hashed locks after a change in pyproject.toml or package.json
	bash deploy/lock.sh

clean: ## remove what make built, but not the environment
	rm -rf build node_modules src/commonweal/web/static/vendor

build/environment.stamp: requirements-dev.lock deploy/setup.sh $(if $(wildcard .venv/bin/python),,FORCE)
	bash deploy/setup.sh
	@mkdir -p build && touch $@

build/cluster.stamp: requirements-cluster.lock build/environment.stamp
	bash deploy/setup.sh requirements-cluster.lock
	@mkdir -p build && touch $@

build/assets.stamp: package-lock.json deploy/assets.py build/environment.stamp $(if $(wildcard src/commonweal/web/static/vendor),,FORCE)
	bash deploy/npm.sh ci --ignore-scripts --loglevel=error
	$(PY) deploy/assets.py
	@mkdir -p build && touch $@

build/translations.stamp: $(CATALOGUES) deploy/translations.py build/environment.stamp
	$(PY) deploy/translations.py
	@mkdir -p build && touch $@

FORCE:
