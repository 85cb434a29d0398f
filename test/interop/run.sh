#!/usr/bin/env bash
# amiko - runs the interoperability tests: run.sh [OPTION ...], with the program's own options (--run_test=...).  b2
# builds the program with `b2 testing.execute=off test//test-interop`.  Ends with "EXIT STATUS: N", as b2 ends a report.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh

program=$(built test-interop) || exit
status=0
timeout 1800 "$program" --log_level=error --report_level=short --color_output=no "$@" || status=$?
echo "EXIT STATUS: $status"
exit "$status"
