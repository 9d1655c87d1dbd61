# `make demo` and `make test` set up what they need by themselves; see setup/venv.sh.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
SAMPLES := tests/samples/pages tests/samples/pages.jsonl tests/samples/crawl.warc.gz
DEMO := demo.duckdb

# The environment is made anew when it was made in another folder, or its Python has gone.
READY := .venv/.ready
USABLE := $(shell [ "$$(cat .venv/.made-in 2>/dev/null)" = "$$(pwd -P)" ] && $(BIN)/python -c "" 2>/dev/null && echo yes)

.PHONY: help demo test test-slow test-all kills format bench calibration captions soak fetch-speed quotes facts reprints bench-warehouse fields mentions quality stories dictionary cookbook lock clean
ifneq ($(USABLE),yes)
.PHONY: $(READY)
endif

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

$(READY): pyproject.toml uv.lock setup/venv.sh
	@PYTHON="$(PYTHON)" sh setup/venv.sh

demo: $(READY) ## Clean the sample pages into demo.duckdb, then ask it a question
	@echo '$$ copydesk ingest $(SAMPLES) --warehouse $(DEMO)'
	@$(BIN)/copydesk ingest $(SAMPLES) --warehouse $(DEMO) || [ $$? -eq 3 ]
	@echo; echo '$$ copydesk sql - --warehouse $(DEMO) < setup/demo.sql'; cat setup/demo.sql; echo
	@$(BIN)/copydesk sql - --warehouse $(DEMO) < setup/demo.sql

test: $(READY) ## Check format, lint, types and import borders, and run the fast tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile

test-slow: $(READY) ## Run the slow tests: whole runs, kills and servers
	$(BIN)/pytest -m "slow and not timed" -n 2 --dist loadfile --durations 12
	$(BIN)/pytest -m timed

test-all: test test-slow ## Run every test

format: $(READY) ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

kills: $(READY) ## Kill runs over 2,000 documents at every moment and compare (an hour or so)
	COPYDESK_KILL_DOCUMENTS=2000 $(BIN)/pytest -m slow tests/test_exactly_once.py
	COPYDESK_KILLS=all $(BIN)/pytest -m slow tests/test_poll_kills.py tests/test_revisit_kills.py \
		tests/warehouse/test_kills.py tests/warehouse/test_kill_points.py

bench: $(READY) ## Measure cost and speed: make bench CORPUS=folder-of-pages
	@test -n "$(CORPUS)" || { echo "Name a folder of pages or manifests: make bench CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench "$(CORPUS)"

captions: $(READY) ## Measure captions and credits: make captions CORPUS=folder-of-sets
	@test -n "$(CORPUS)" || { echo "Name the folder that holds the sets: make captions CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.captions "$(CORPUS)"

quotes: $(READY) ## Measure direct speech and its speakers: make quotes CORPUS=folder-of-sets
	@test -n "$(CORPUS)" || { echo "Name the folder that holds the sets: make quotes CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.quotes "$(CORPUS)"

facts: $(READY) ## Measure datelines, agencies, kinds and their kin: make facts CORPUS=folder-of-sets
	@test -n "$(CORPUS)" || { echo "Name the folder that holds the sets: make facts CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.facts "$(CORPUS)"

quality: $(READY) ## Score cleaning against truth: make quality CORPUS=folder-of-sets [PIN=1] [REPEAT=1]
	@test -n "$(CORPUS)" || { echo "Name the folder of sets: make quality CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.quality "$(CORPUS)" --against bench/quality-baseline.json \
		$(if $(PIN),--pin) $(if $(ALLOW_LOWER),--allow-lower) \
		$(if $(REPEAT),--repeat) $(if $(MARKDOWN),--markdown)

stories: $(READY) ## Measure which articles are one story: make stories CORPUS=folder-of-sets
	@test -n "$(CORPUS)" || { echo "Name the folder that holds the sets: make stories CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.stories "$(CORPUS)"

soak: $(READY) ## Run `copydesk up` over a world that fails: make soak [MINUTES=30] [KEEP=folder]
	$(BIN)/python -m bench.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(KEEP),--keep "$(KEEP)")

fetch-speed: $(READY) ## Measure pages a second fetched, memory, and the cost of a slow host
	$(BIN)/python -m bench.fetch_speed $(if $(PAGES),--pages $(PAGES))

reprints: $(READY) ## Measure recall and precision of reprints: make reprints [ARTICLES=100000]
	$(BIN)/python -m bench.reprints $(if $(ARTICLES),--articles $(ARTICLES))

bench-warehouse: $(READY) ## Measure a million articles: make bench-warehouse [ARTICLES=n] [KEEP=folder] [MINUTES=10]
	$(BIN)/python -m bench.warehouse $(if $(ARTICLES),--articles $(ARTICLES)) \
		$(if $(KEEP),--keep "$(KEEP)") $(if $(MINUTES),--minutes $(MINUTES))

calibration: $(READY) ## Tell what a confidence is worth: make calibration CORPUS=folder-of-sets [FIT=1]
	@test -n "$(CORPUS)" || { echo "Name the folder of sets: make calibration CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.calibration "$(CORPUS)" $(if $(FIT),--fit)

fields: $(READY) ## Print the table of all fields: make fields CORPUS=folder-of-sets
	@test -n "$(CORPUS)" || { echo "Name the folder of sets: make fields CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m bench.fields "$(CORPUS)"

dictionary: $(READY) ## Write the data dictionary into README.md and docs/tables.md
	$(BIN)/python setup/dictionary.py

cookbook: $(READY) ## Write what the queries of docs/queries.md print on the demo into it
	$(BIN)/python setup/cookbook.py $(DEMO)

lock: ## Resolve the dependencies anew into uv.lock (needs uv)
	uv lock --upgrade

clean: ## Remove what was made here: the environment, caches, the demo
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf $(DEMO) $(DEMO).wal $(DEMO:.duckdb=.copydesk)
	find flows tasks warehouse tests setup -name __pycache__ -type d -prune -exec rm -rf {} +
