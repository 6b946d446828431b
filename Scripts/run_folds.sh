#!/usr/bin/env bash
# Trains a recipe on each of its five folds and prints the value of a metric and the mean:
#   Scripts/run_folds.sh breast-cancer accuracy --data data/breast_cancer.csv
set -euo pipefail
recipe=$1 metric=$2
shift 2
for fold in 0 1 2 3 4; do
  .build/release/myelin train "$recipe" --json --set "data.split.fold=$fold" "$@"
done | python3 -c "
import json, sys
values = [json.loads(line)['test']['$metric'] for line in sys.stdin]
print(*('%.4f' % value for value in values), ' mean %.4f' % (sum(values) / len(values)))"
