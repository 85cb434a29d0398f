#!/usr/bin/env bash
# amiko - runs amiko-run against a private sshd.  AMIKO_RUN names the program to test; without it the one that was
# built last.  Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2094,SC2154  # the other side expands; start_sshd sets its variables
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh

program=$(realpath "${AMIKO_RUN:-$(built amiko-run)}") || exit
scratch=$(mktemp -d)
trap 'stop_sshd; rm -rf "$scratch"' EXIT
passed=0
failed=0

# expect NAME STATUS ARGUMENT ...: runs the program; what it writes is left in $scratch/out and err.
expect() {
  local name=$1 wanted=$2 status=0
  shift 2
  timeout 120 "$program" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
  outcome "$name" test "$status" = "$wanted"
}

# shows NAME FILE LINE: the last run wrote that line.
shows() { outcome "$1" grep -qxE -e "$3" "$scratch/$2"; }

outcome() {
  local name=$1 result=ok
  shift
  if "$@"; then
    ((++passed))
  else
    ((++failed))
    result=FAILED
    cat "$scratch/out" "$scratch/err"
  fi
  echo "amiko-run: $name: $result"
}

if [[ ! -x $program ]] || ! start_sshd "$scratch"; then
  echo "amiko-run: skipped: no amiko-run was built, or there is no sshd"
  echo "0 passed, 0 failed"
  exit
fi
all=(-p "$sshd_port" -i "$scratch/id_ed25519" -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=none)

expect "no arguments" 2
expect "no command" 2 -h 127.0.0.1
expect "a missing hosts file" 2 -H "$scratch/none" true
expect "an unknown keyword" 2 -o nonsense=1 -h 127.0.0.1 true
expect "a missing key" 2 -i "$scratch/none" -h 127.0.0.1 true

expect "two hosts" 0 "${all[@]}" -h "127.0.0.1,localhost" 'echo out; echo err >&2; printf rest'
shows "standard output" out "localhost: out"
shows "standard error" err "127.0.0.1: err"
shows "a last line without newline" out "127.0.0.1: rest"
shows "totals" out "--- 2 hosts, 2 ok, 0 failed, .* s"

printf '127.0.0.1 # a comment\n\n# another\n%s@localhost:%s\n' "$sshd_user" "$sshd_port" >"$scratch/hosts"
expect "a hosts file" 0 "${all[@]}" -P 1 -H "$scratch/hosts" -- echo ok
shows "a host with user and port" out "$sshd_user@localhost:$sshd_port: ok"

closed=$(free_port)
expect "one host of three" 1 "${all[@]}" -h "127.0.0.1,127.0.0.1:$closed" -h localhost '[ "${SSH_CONNECTION%% *}" = 127.0.0.1 ] && exit 3'
shows "an exit status" out "127.0.0.1 .* exit status 3"
shows "a refused connection" out "127.0.0.1:$closed .*refused.*"
shows "totals of failures" out "--- 3 hosts, 0 ok, 3 failed, .* s"

expect "a host that takes too long" 1 "${all[@]}" -t 2 -h 127.0.0.1 sleep 100
shows "a timeout" out "127.0.0.1 .*timed out.*"
expect "an unknown host" 1 "${all[@]}" -o UserKnownHostsFile=none -i "$scratch/id_ed25519" -h 127.0.0.1 -o HostKeyAlias=x true
shows "an unknown host key" out "127.0.0.1 .*unknown host key.*"
expect "50 hosts at once" 0 "${all[@]}" -P 50 -h "$(printf '127.0.0.1,%.0s' {1..50})" echo ok
outcome "50 answers" test "$(grep -c '^127.0.0.1: ok$' "$scratch/out")" = 50

echo "$passed passed, $failed failed"
((failed == 0))
