# Everything a newcomer needs; each target sets up what it uses in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test interop fuzz serve check bench faults airflow spark sbom lock generate clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The locks are complete: resolving them again takes long, and older pip stumbles over extras of what is pinned.
$(VENV)/hub.stamp: requirements/hub.txt pyproject.toml
	@test -x $(BIN)/python || { echo "正在建立环境 · creating the environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "正在安装依赖 · installing the hub's requirements (first time: a minute or two)"
	@$(PIP) install --no-deps --require-hashes -r requirements/hub.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/hub.stamp
	@echo "正在安装测试工具 · installing the test tools"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/hub.stamp ## run the main job, end to end, on the embedded database
	@$(BIN)/liantiao demo $(ARGS)

$(VENV)/airflow.stamp: requirements/airflow.txt $(VENV)/hub.stamp
	@echo "正在安装 Airflow · installing Airflow and the nightly jobs' requirements (first time: a minute or two)"
	@$(PIP) install --no-deps --require-hashes -r requirements/airflow.txt
	@touch $@

$(VENV)/spark.stamp: requirements/spark.txt $(VENV)/hub.stamp
	@echo "正在安装 Spark · installing Spark (it wants a Java 17 too)"
	@$(PIP) install --no-deps --require-hashes -r requirements/spark.txt
	@touch $@

$(VENV)/sbom.stamp: requirements/sbom.txt
	@test -d $(VENV)/sbom || $(PYTHON) -m venv $(VENV)/sbom
	@$(VENV)/sbom/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements/sbom.txt
	@touch $@

sbom: $(VENV)/hub.stamp $(VENV)/sbom.stamp ## list what the locks bring (CycloneDX); ADVISORIES=osv.zip looks for known weaknesses
	@$(VENV)/sbom/bin/python -m deploy.sbom $(or $(OUT),sbom.json) $(ADVISORIES)

spark: $(VENV)/spark.stamp ## what the night in Spark needs, see docs/operations.md

airflow: $(VENV)/airflow.stamp ## the nightly jobs under Airflow, with a sample district
	@$(BIN)/liantiao airflow $(ARGS)

serve: $(VENV)/hub.stamp ## start the hub on loopback
	@$(BIN)/liantiao serve $(ARGS)

test: $(VENV)/dev.stamp ## run all tests
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

interop: $(VENV)/dev.stamp ## stock clients in Node.js against a hub (wants Node.js 20 and npm)
	@cd tests/interop && npm ci --ignore-scripts --no-audit --no-fund --silent
	@$(BIN)/python -m pytest tests/tokens/test_node.py $(ARGS)

fuzz: $(VENV)/dev.stamp ## send 50,000 generated requests to a hub, and many damaged files to its readers
	@$(BIN)/python -m tests.fuzz $(ARGS)

check: $(VENV)/dev.stamp ## format, lint, types, import contracts, generated files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m schemas.generate --check
	@$(BIN)/python -m hub.law.pictures --check
	@$(BIN)/python -m hub.cli.formats_page --check
	@$(BIN)/python -m hub.cli.events_page --check

generate: $(VENV)/dev.stamp ## write the generated files anew
	@$(BIN)/python -m schemas.generate
	@$(BIN)/python -m hub.law.pictures
	@$(BIN)/python -m hub.cli.formats_page
	@$(BIN)/python -m hub.cli.events_page

bench: $(VENV)/dev.stamp ## measure the hot path against the reference builds
	@$(BIN)/python -m bench $(ARGS)

faults: $(VENV)/dev.stamp ## kill, cut off, fill, rotate under load, and check what was promised (ARGS="--seeds 1..3")
	@$(BIN)/python -m tests.faults $(ARGS)

LOCK := uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
lock: ## compile the requirements anew (needs uv on the PATH)
	$(LOCK) requirements/dev.in -o requirements/dev.txt
	$(LOCK) requirements/hub.in -c requirements/dev.txt -o requirements/hub.txt
	$(LOCK) requirements/night.in -c requirements/dev.txt -o requirements/night.txt
	$(LOCK) requirements/airflow.in -c requirements/dev.txt -o requirements/airflow.txt
	$(LOCK) requirements/spark.in -c requirements/dev.txt -o requirements/spark.txt
	$(LOCK) requirements/sbom.in -c requirements/dev.txt -o requirements/sbom.txt

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
