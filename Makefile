# Everything starts from a clone: each target sets up what it needs. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run stop status test lint format bench messages requirements
.PHONY: lint-style lint-layers lint-types lint-migrations lint-production

PYTHON := .venv/bin/python
# Each target starts several Python processes; without kept bytecode each compiles all libraries again.
unexport PYTHONDONTWRITEBYTECODE
# For the checks of production settings only; nothing runs with these.
PRODUCTION := env CMO_EVAL_ENV=production DJANGO_DEBUG= DJANGO_ALLOWED_HOSTS=cmo-eval.example \
	DJANGO_SECRET_KEY=only-for-the-check-of-production-settings-nothing-is-signed-with-it-0123456789 \
	DATABASE_URL=postgresql://cmo_app:x@db.example/cmo_eval \
	DATABASE_OWNER_URL=postgresql://cmo_owner:x@db.example/cmo_eval REDIS_URL=redis://:x@redis.example/0

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## build .venv from the hashed requirements, compile the catalogues
	@sh scripts/setup.sh

run: setup ## start the product at http://127.0.0.1:8000 (PORT=…, OPEN=1 opens a browser)
	@exec $(PYTHON) -m cmo_eval.services run $(if $(OPEN),--open)

stop: setup ## stop the product, or what a killed run left behind
	@exec $(PYTHON) -m cmo_eval.services stop

status: setup ## say what runs
	@exec $(PYTHON) -m cmo_eval.services status

# Shared out among processes (tests/sharing.py); `.venv/bin/python -m pytest …` alone stays in one.
test: lint ## lint, then all tests (needs no running server)
	$(PYTHON) -m pytest --numprocesses=logical --dist=loadscope --durations=15

lint: setup ## style, layers, types, missing migrations, production settings
	@$(MAKE) --no-print-directory --keep-going --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) \
		lint-types lint-style lint-layers lint-migrations lint-production

lint-types:
	$(PYTHON) -m mypy .

lint-style:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

lint-layers:
	.venv/bin/lint-imports

lint-migrations:
	$(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

lint-production:
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

format: setup ## rewrite the code in the project's style
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: ## measure, and write the table of docs/benchmarks.md
	@sh scripts/setup.sh .venv-bench requirements/bench.txt
	.venv-bench/bin/python -m bench

messages: setup ## collect new strings into the catalogues
	$(PYTHON) manage.py messages

requirements: setup ## renew the hashed requirements from pyproject.toml
	@sh scripts/requirements.sh
