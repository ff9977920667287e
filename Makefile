# Everything people run. `make run` needs Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin
RUN_STAMP := .venv/.run
DEV_STAMP := .venv/.dev

.PHONY: run chat test check format bench chaos pictures lock clean

run: $(RUN_STAMP)
	@exec $(BIN)/python -m bot serve

chat: $(RUN_STAMP)
	@exec $(BIN)/python -m bot chat

test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(DEV_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.templates
	$(BIN)/python -m knowledge check

format: $(DEV_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV_STAMP)
	$(BIN)/python -m benchmarks all

chaos: $(DEV_STAMP)
	ZHITONG_CHAOS_KILLS=50 ZHITONG_CHAOS_OUTAGE=30 $(BIN)/python -m pytest -n 0 -m chaos --timeout 1800

pictures: $(DEV_STAMP)
	$(BIN)/python -m docs.pictures

lock: $(DEV_STAMP)
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --strip-extras --allow-unsafe --extra dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

$(RUN_STAMP): requirements.lock | .venv/bin/python
	@echo "正在安装运行所需的组件（第一次约一分钟）……"
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock | .venv/bin/python
	@echo "正在安装开发与测试所需的组件……"
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(RUN_STAMP)
