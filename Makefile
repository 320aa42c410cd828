# Two commands do all the set-up: `make demo` and `make test`. Everything goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE =

.PHONY: demo test bench nightly lint lock clean

demo: $(VENV)/.made
	$(BIN)/hanbada demo

test: $(VENV)/.tested
	tools/debian.sh
	$(BIN)/pytest

nightly: $(VENV)/.tested
	$(BIN)/pytest -m nightly --override-ini addopts="-q --strict-markers --strict-config"

bench: $(VENV)/.benched
	$(BIN)/python -m bench

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The lock files hold every dependency with its hash, for all Pythons we support.
lock:
	uv pip compile --quiet --universal --generate-hashes pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes pyproject.toml --extra test -c requirements.lock -o requirements-test.lock
	uv pip compile --quiet --universal --generate-hashes pyproject.toml --extra test --extra bench -c requirements-test.lock -o requirements-bench.lock

$(VENV)/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

$(VENV)/.tested: $(VENV)/.made requirements-test.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-test.lock
	touch $@

$(VENV)/.benched: $(VENV)/.tested requirements-bench.lock
	$(BIN)/pip install --quiet --require-hashes -r requirements-bench.lock
	touch $@

clean:
	rm -rf $(VENV)
