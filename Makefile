# Each target is one line of prose in `make help`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do $$p -c '' >/dev/null 2>&1 && { echo $$p; break; }; done)
PY = .venv/bin/python

.PHONY: help run test check format lock screenshots
.DEFAULT_GOAL := help

help: ## say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

python-there:
	@test -n "$(PYTHON)" || { echo "make: No Python was found. Install Python 3.11, 3.12 or 3.13 and run make again." >&2; exit 1; }

run: python-there ## start Preceptor with its demo on 127.0.0.1:8000 (PORT=… for another); Ctrl-C ends it
	@$(PYTHON) config/bootstrap.py run
	@exec $(PY) manage.py up

test: python-there ## set up what is needed and run every test, on SQLite and on PostgreSQL, with a real browser
	@$(PYTHON) config/bootstrap.py dev
	@exec $(PY) -m tests

check: python-there ## formatting, lint, types, import contracts, migrations, advisories: nothing is run
	@$(PYTHON) config/bootstrap.py dev
	@exec $(PY) -m tests check

format: python-there ## format the code and mend what the linter can mend
	@$(PYTHON) config/bootstrap.py dev
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lock: python-there ## make the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --group dev -o requirements/dev.txt

screenshots: python-there ## take the pictures of the documentation from a running demo of its own
	@$(PYTHON) config/bootstrap.py dev
	@exec $(PY) -m tests.screenshots
