# amiko - what shell tests have in common: counting, and checks of a command's status and output.  To be sourced, with
# $suite set: the name that each line begins with.
# shellcheck shell=bash disable=SC2154  # suite, scratch
passed=0
failed=0
skipped=0
scratch=$(mktemp -d)
invisible=  # characters that `gives` does not look at, in tr's notation

# attempt NAME COMMAND ...: one test.
attempt() {
  local name=$1 result=ok
  shift
  if "$@" >"$scratch/log" 2>&1; then
    ((++passed))
  else
    ((++failed))
    result=FAILED
    explain_failure
  fi
  echo "$suite: $name: $result"
}
explain_failure() { cat "$scratch/log"; }

skip() {
  ((++skipped))
  echo "$suite: $1: skipped, $2"
}

has() { command -v "$1" >/dev/null; }

# exits STATUS COMMAND ...: the command ends with that exit status.
exits() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  ((status == wanted)) || { echo "exit status $status, not $wanted"; return 1; }
}

# says TEXT COMMAND ...: the command writes that to standard error.
says() {
  local text=$1
  shift
  "$@" 2>"$scratch/says" >/dev/null
  grep -qF -e "$text" "$scratch/says" || { cat "$scratch/says"; return 1; }
}

# gives TEXT COMMAND ...: the command's output is that.
gives() {
  local output
  output=$("${@:2}" 2>"$scratch/gives" | tr -d "$invisible")
  [[ $output == "$1" ]] || { cat "$scratch/gives"; echo "not the expected output: $output"; return 1; }
}

# eventually COMMAND ...: it succeeds now or within a while.
eventually() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if "$@" 2>/dev/null; then return 0; fi
    sleep 0.05
  done
  return 1
}

# The last line, and the exit status.
report() {
  echo "$passed passed, $failed failed"
  ((failed == 0))
}
