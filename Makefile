# Everything a person types. "make" alone prints the list.
# Works with GNU make 3.81 or newer on Debian, Ubuntu and macOS.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# WeasyPrint finds Homebrew's Pango only where macOS is told of it.
ifeq ($(shell uname),Darwin)
WITH_LIBRARIES := DYLD_FALLBACK_LIBRARY_PATH="$$(brew --prefix 2>/dev/null)/lib:/usr/local/lib:/usr/lib"
endif

PYTHON_VENV := $(WITH_LIBRARIES) .venv/bin/python
FLASK := $(PYTHON_VENV) -m flask --app app
PYTEST := $(PYTHON_VENV) -m pytest

MESSAGES := $(wildcard training_platform/translations/*/LC_MESSAGES/*.po)
CATALOGS := $(MESSAGES:.po=.mo)
PIP_COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# One more than there are cores: browsers, databases and served processes let a core wait.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)

.PHONY: help run test setup setup-lint setup-test lint bench soak lock

help: ## this list
	@echo "Staff training platform. Targets:"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
		| while IFS='|' read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

run: setup ## set up, load the demo company, serve (PORT=8000 HOST=127.0.0.1 DEMO=1)
	@$(MAKE) --no-print-directory catalogs
	@set -e; DEMO="$${DEMO:-1}"; export DEMO; \
	$(FLASK) db upgrade; \
	$(FLASK) content sync; \
	$(FLASK) sandbox load-dataset; \
	if [ "$$DEMO" = 1 ]; then $(FLASK) demo load; fi; \
	exec env $(WITH_LIBRARIES) .venv/bin/python app.py

test: setup-test ## set up for tests, run the whole suite (ARGS="-k name")
	@$(MAKE) --no-print-directory catalogs
	@# pages run on one of the databases each; TEST_EVERYWHERE=1 runs them on both
	TEST_DATABASE="$${TEST_DATABASE:-sqlite,postgresql}" $(PYTEST) -n $(WORKERS) --dist worksteal $(ARGS)

setup: ## environment and locked packages in .venv, system libraries where allowed
	@sh .ci/setup run

lint: setup-lint ## ruff, mypy, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet templates

bench: setup-test ## benchmarks, one figure per line: name value unit
	@$(MAKE) --no-print-directory catalogs
	@$(PYTHON_VENV) -m tests.bench $(ARGS)

soak: setup-test ## the long proofs: races, crashes, fuzzing
	@$(MAKE) --no-print-directory catalogs
	$(PYTEST) -m soak $(ARGS)

lock: setup-lint ## write the locks again after a change of requirements*.txt
	$(PIP_COMPILE) requirements.txt -o requirements.lock
	$(PIP_COMPILE) -c requirements.lock requirements-dev.txt -o requirements-dev.lock

setup-lint:
	@sh .ci/setup lint

setup-test:
	@sh .ci/setup test

.PHONY: catalogs
catalogs: $(CATALOGS)
	@:

%.mo: %.po
	@.venv/bin/python -m babel.messages.frontend --quiet compile -i $< -o $@
