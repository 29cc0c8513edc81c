# Every target sets up what it needs first; where nothing is to do, that takes no time.
PYTHON := .venv/bin/python
SETUP := sh resources/packaging/setup.sh
.DEFAULT_GOAL := help
.PHONY: run tour test torture check checkers format lint types contracts shots bench package package-test translations clean help

run: ## Open the window; where there is no screen, show the main job off screen
	@$(SETUP) run
	@if $(PYTHON) core/platform_check.py --screen; then exec $(PYTHON) main.py; \
	else echo "Outtray: this machine has no screen, so the window is drawn off screen and used by key presses:"; \
	exec $(PYTHON) main.py tour; fi

tour: ## Use the window by real key presses, each step printed
	@$(SETUP) run
	@$(PYTHON) main.py tour

test: ## Run the tests
	@$(SETUP) test
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -n 2 --dist loadfile

torture: ## Run the long tests: power cuts, kills, three mail servers; most of an hour
	@$(SETUP) torture
	@$(PYTHON) -m tests.torture

check: format lint types contracts ## Look at format, lint, types and import contracts

checkers:
	@$(SETUP) check

format: checkers
	$(PYTHON) -m ruff format --check .

lint: checkers
	$(PYTHON) -m ruff check --output-format concise .

types: checkers
	$(PYTHON) -m mypy

contracts: checkers
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

shots: ## Take pictures of every place in the window, in both themes
	@$(SETUP) test
	@$(PYTHON) -m tests.shots

bench: ## Measure Outtray and its peers side by side
	@$(SETUP) bench
	@$(PYTHON) -m tests.bench

package: ## Build the packaged program
	@$(SETUP) package
	@sh resources/packaging/build.sh

package-test: ## Try the packaged program in a Debian that has nothing
	@$(SETUP) package-test
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest tests/package

translations: checkers ## Bring new texts of the window into resources/translations/*.ts
	$(PYTHON) resources/packaging/translations.py

clean: ## Remove everything that the other targets made
	rm -rf resources/translations/*.qm .venv .cache build dist shots .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find core gui resources tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):[a-z ]*## /  make \1|/p' Makefile | while IFS='|' read -r name what; do printf '%-16s%s\n' "$$name" "$$what"; done
