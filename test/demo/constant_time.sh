#!/usr/bin/env bash
# amiko - whether secrets decide about branches and indices: sntrup761, MACs and CBC under valgrind's memcheck, in an
# optimised build.  Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

if ! command -v valgrind >/dev/null || [[ ! -e /usr/include/valgrind/memcheck.h ]]; then
  echo "constant_time: skipped, there is no valgrind"
  echo "0 passed, 0 failed"
  exit 0
fi

passed=0
failed=0

# outcome NAME COMMAND ...
outcome() {
  local name=$1 result=ok
  shift
  if "$@"; then
    ((++passed))
  else
    ((++failed))
    result=FAILED
  fi
  echo "constant_time: $name: $result"
}

# An index by a secret counts as a use of its value, too.
memcheck() { valgrind --quiet --error-exitcode=9 out/constant-time/secrets "$@"; }

# The check itself must be able to fail.
finds_a_leak() {
  local status=0
  memcheck leak 2>/dev/null || status=$?
  ((status == 9))
}

outcome "the program is built" b2 -d1 variant=release test/constant_time//constant-time
outcome "a leak is found" finds_a_leak
outcome "secrets decide about nothing" memcheck
echo "$passed passed, $failed failed"
((failed == 0))
