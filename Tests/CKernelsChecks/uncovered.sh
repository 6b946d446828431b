#!/usr/bin/env bash
# Fails, and says which, where a header of the kernels has no file of checks or a function of the
# kernels is called by none.
#
# usage: uncovered.sh <folder of the headers> <compiled kernels and checks>...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
headers="$1"
shift

uncovered=0
for header in "$headers"/kernels_*.h; do
  name="$(basename "$header" .h)"
  if [ ! -e "$name.c" ]; then
    echo "$name.h has no checks: write $PWD/$name.c" >&2
    uncovered=1
  fi
done

checks=()
for object in "$@"; do
  if [[ "$(basename "$object")" == kernels_* ]]; then checks+=("$object"); fi
done
called="$(nm --undefined-only --format=just-symbols "${checks[@]}" | sort --unique)"
defined="$(nm --defined-only --extern-only "$@" | awk '$2 == "T" { print $3 }' |
  grep '^kernel_' | grep -v -E '_(portable|avx2|avx512)$' | sort --unique)"
while read -r name; do
  echo "no check calls $name" >&2
  uncovered=1
done < <(comm -23 <(echo "$defined") <(echo "$called"))
exit $uncovered
