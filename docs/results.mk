# make results   every page of results that is older than the model or its data, by the command that
#                stands on it; some hours on two cores, and after a stop it goes on with the next page
# rm -f runs/results/firms; make runs/results/firms   one of them, in any case

amenity = python -m experiments.fit_amenity
scorecard = talentmarket validate --seeds 10 --persons-per-agent 20 --markdown docs/scorecard.md
policy_table = python -m experiments.policy_table --out docs --seeds 8
natural_experiments = python -m experiments.natural_experiments --seeds 24 --persons-per-agent 50 \
	--markdown docs/natural_experiments.md
firms = python -m experiments.firms --seeds 12 --persons-per-agent 10 --soak-seeds 8 \
	--soak-persons-per-agent 150 --markdown docs/firms.md
scales = python -m experiments.scales --scales 20 50 100 500 --seeds 12 --until 2020-12 \
	--markdown docs/scales.md
skills = python -m experiments.skills --out docs
networks = python -m experiments.network_figures --out docs
outlook = python -m experiments.outlook
imputed = python -m experiments.imputed --persons-per-agent 50 --seeds 4 --draws 24 --workers 2 \
	--markdown docs/imputed.md
control_tower = python -m experiments.control_tower --out docs
policy_games = python -m experiments.policy_games --seeds 6 --persons-per-agent 50 \
	--markdown docs/policy_games.md
learning = python -m experiments.learning.train --country KOR --persons-per-agent 50 --generations 7 \
	--candidates 10 --seeds 30 --luck 1 --out docs
sensitivity = talentmarket sensitivity korea-sensitivity --page docs/sensitivity.md

# amenity comes first, for the others go by it
RESULTS := amenity scorecard policy_table natural_experiments firms scales skills networks outlook imputed \
	control_tower policy_games learning sensitivity
MODEL := $(shell find agents model -name '*.py' -o -name '*.csv' -o -name '*.toml')
DONE := runs/results

.PHONY: results
results: $(RESULTS:%=$(DONE)/%)
	@$(BIN)/python docs/build.py

$(RESULTS:%=$(DONE)/%): $(DONE)/%: $(MODEL) | .venv/installed-dev
	PATH="$(CURDIR)/$(BIN):$$PATH" $($*)
	@mkdir -p $(DONE) && touch $@
