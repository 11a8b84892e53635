# What stands in Q reaches the program through the environment, untouched: neither make nor the shell reads it.
override Q := $(value Q)
export Q PYTHON TORCH_INDEX

export HF_HUB_OFFLINE = 1
export TOKENIZERS_PARALLELISM = false
OMP_NUM_THREADS ?= 2
# Threads that spin while they wait make a busy machine ten times slower.
OMP_WAIT_POLICY ?= passive
export OMP_NUM_THREADS OMP_WAIT_POLICY

python = .venv/bin/python
own_words = ../shared/tools/own_words.py
originals = ../shared/seeds
public = ../shared/data
fields = allotment bicycle library telescope

.PHONY: help setup ask test check lock licences sbom commands architecture docs calibrate resolver talk reader eval public bench attack soak mutants

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Make .venv, if it is not up to date
	@sh tools/setup.sh

ask: setup ## Answer a question: make ask Q="What is …?"
	@$(python) -m ibid ask -- "$$Q"

test: check ## Check everything and run the tests
	@$(python) -m pytest -q --numprocesses auto --dist loadfile

check: setup ## Check style, types, imports, and that the words are our own
	@$(python) -m ruff check .
	@$(python) -m mypy
	@.venv/bin/lint-imports
	@if [ -e $(own_words) ]; then $(python) $(own_words) . $(originals)/*.txt; fi

lock: ## Choose the newest packages and write requirements.lock
	@sh tools/lock.sh

licences: setup ## Write docs/licences.md, of every package and all weights
	@$(python) tools/licences.py

sbom: setup ## Write sbom.json, what is installed as a CycloneDX bill of materials
	@sh tools/sbom.sh

commands: setup ## Write the command list of docs/commands.md from what --help says
	@$(python) tools/commands.py

architecture: setup ## Write the drawing and the table of ARCHITECTURE.md from the imports
	@$(python) tools/architecture.py

docs: setup ## Build the documentation as a site in site/, if none of its links is dead
	@$(python) tools/docs.py

calibrate: setup ## Fit what is told, and whether there is an answer, on the dev parts of many corpora
	@$(python) -m eval.calibrate corpus $(wildcard $(originals)) --data $(public)
	@$(python) tools/shipped.py

resolver: setup ## Fit which words of the turns before a follow-up needs
	@$(python) tools/train_resolver.py --data $(public)
	@$(python) tools/shipped.py

talk: setup ## Fit what tells a greeting, thanks and a question about the collection from a question to the sources
	@$(python) tools/train_talk.py --data $(public)
	@$(python) tools/shipped.py

reader: setup ## Train the reader on the public data beside the project, and measure it
	@$(python) tools/train_reader.py --data $(public) $(if $(EXTRA),--extra "$(EXTRA)")
	@$(python) tools/shipped.py
	@$(python) tools/measure_reader.py --data $(public)

eval: setup ## Score the gold questions, on the digests, on the original pages where they are, and those of other fields
	@$(python) -m ibid eval --out eval/results/digests
	@if [ -d $(originals) ]; then $(python) -m ibid eval --corpus $(originals) --out eval/results/originals; fi
	@for field in $(fields); do $(python) -m ibid eval --corpus eval/fields/$$field --gold eval/fields/$$field/gold \
		--part test --out eval/results/fields/$$field || exit 1; done

public: setup ## Measure on the public test sets, where they are
	@for set in asked scifact cancergov squad2 canard bioasq covid_qa; do \
		$(python) -m ibid eval --public $$set --json >eval/results/public/$$set.json || exit 1; done
	@$(python) tools/public_table.py

bench: setup ## Measure the start, growth, embedding, updates, the server and its page, and kill and read while an index is being built; plant faults in a model's words; the same beside other systems
	@$(python) bench/cold.py
	@$(python) bench/scale.py
	@$(python) bench/kills.py
	@$(python) bench/readers.py
	@$(python) bench/replica.py
	@$(python) bench/postgres.py
	@$(python) bench/postgres_kills.py
	@$(python) bench/postgres_readers.py
	@$(python) bench/standby.py
	@$(python) bench/generator.py
	@$(python) bench/pointer.py
	@$(python) bench/fuzz.py
	@$(python) bench/serve.py
	@$(python) bench/batches.py
	@$(python) bench/quality.py
	@$(python) bench/page.py
	@if [ -d ../shared/data ]; then $(python) bench/index.py ../shared/data/medquad_cancergov; fi
	@if [ -d ../shared/data ]; then $(python) bench/update.py ../shared/data/medquad_cancergov; fi
	@if [ -d ../shared/data ]; then $(python) bench/update.py ../shared/data/medquad_cancergov 300 model; fi
	@if [ -d ../shared/data ]; then $(python) -m bench.peers; fi
	@$(python) tools/sizing_tables.py

attack: setup ## Let publishing fail, flip bits and alter open files; attack a server, its page, a terminal, a fetch and a model's line
	@$(python) bench/faults.py
	@$(python) bench/flips.py
	@$(python) bench/cuts.py
	@$(python) -m bench.attack

soak: setup ## Ask, publish, kill and go back on one server for an hour; then ten minutes of made-up inputs for each kind
	@$(python) bench/soak.py
	@$(python) -m bench.fuzzing

mutants: setup ## Change 300 places of the packages, one at a time, and count how many of them a test finds
	@$(python) tools/mutants.py
