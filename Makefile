# Everything from a bare machine with Python 3.11 or newer: no root, nothing outside this folder.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PAGES  := tests/pages

.PHONY: help site test soak bench lock clean

help:           ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/'

site: $(VENV)/build.done    ## set up, and build content/ into output/
	$(BIN)/invoke build

test: $(VENV)/test.done $(PAGES)/node_modules/.done     ## set up, and run everything that is checked before a change is taken
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/invoke test

soak: $(VENV)/test.done     ## the long random runs
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/invoke soak

bench: $(VENV)/build.done   ## build the same networks as Hugo and plain Pelican do, and compare
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/invoke bench

lock:           ## choose package versions anew and write their hashes
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv
	$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header pyproject.toml -o requirements/build.txt
	$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header pyproject.toml --group form -o requirements/form.txt
	$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header pyproject.toml --group cluster -o requirements/cluster.txt
	$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header pyproject.toml --group test -o requirements/test.txt
	$(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --group bench -o requirements/bench.txt

clean:          ## remove all that was made here
	rm -rf $(VENV) output .cache $(PAGES)/node_modules

$(VENV)/%.done: requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	    { echo "Python's venv module is missing (on Debian: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The checkers of pages: the Nu HTML checker and axe.
$(PAGES)/node_modules/.done: $(PAGES)/package-lock.json
	@command -v npm >/dev/null || \
	    { echo "npm is missing; the tests of pages need it (on Debian: apt install nodejs npm)"; exit 1; }
	npm ci --silent --prefix $(PAGES)
	@touch $@
