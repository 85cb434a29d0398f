# amiko - the sets of tests: what each runs, and how results are added up.  bootstrap.sh sources this.
# shellcheck shell=bash
# shellcheck disable=SC2046,SC2086,SC2154  # lists are meant to be split; jobs, launcher and others are bootstrap.sh's

all_sets=(unit headers asan limits tsan interop install demo)
# Not "unit": after "asan" and "limits" it would tell nothing new.
default_sets=(headers asan limits tsan interop install demo)
passed=0
failed=0
skipped=0
failures=()  # what failed, a line each
unsteady=()  # what failed, and passed when it was run once more

# The programs of these folders of test/, as far as there are any.
programs_in() {
  local folder
  for folder in "$@"; do
    if compgen -G "test/$folder/*.cpp" >/dev/null; then echo "test//test-$folder"; fi
  done
}

unit_programs() {
  local folders
  folders=$(cd libs && ls -d -- */)
  programs_in ${folders//\// } meta recorded hostile fuzz
}

set_unit() { run_programs unit $(unit_programs); }

# Each public header alone, and the examples in the manual.
set_headers() { run_check headers run_b2 test/headers//all test/doc//all; }

set_asan() {
  run_programs asan address-sanitizer=norecover undefined-sanitizer=norecover $(unit_programs)
}

# Programs in which memory is measured or descriptors run out: sanitizers need much of both themselves.  This set and
# those below test what users get: variant=release.
set_limits() { run_programs limits variant=release $(programs_in server sftp hostile); }

set_tsan() {
  # Some kernels scatter the address space more than this sanitizer can take.
  if setarch -R true 2>/dev/null; then launcher=(setarch -R); fi
  run_programs tsan thread-sanitizer=norecover $(programs_in stress support transport connection client server)
  launcher=()
}

# The foreign clients call the demos, too.  Half of the program is about them.
set_interop() {
  run_check interop run_b2 variant=release demo testing.execute=off test//test-interop
  run_scripts interop "test/interop/run.sh --run_test=server_*" "test/interop/run.sh --run_test=!server_*"
}

set_install() { run_scripts install test/install/run.sh; }

# The longest first, since two run at a time.
set_demo() {
  run_check demo run_b2 variant=release demo
  run_programs demo variant=release $(programs_in demo examples)
  local regress=test/interop/openssh_regress/run.sh
  run_scripts demo "$regress -rekey" "$regress rekey" test/demo/*.sh demo/*/test.sh
}

# run_programs SET [B2-OPTION ...] test//test-X ...: builds and runs test programs, each for at most 15 minutes,
# and adds up what they report.
run_programs() {
  local set=$1 log=out/log/$1.log argument programs=0 ran=0 before_passed=$passed before_failed=$failed
  local before_skipped=$skipped started=$SECONDS rc=0 run blamed=0
  shift
  for argument in "$@"; do
    if [[ $argument == test//* ]]; then ((++programs)); fi
  done
  if ((programs == 0)); then return 0; fi
  say "$set: $programs test programs"
  mkdir -p out/log
  find out -name '*.run' -delete  # b2 takes them for proof that a program need not run again
  run_b2 -l900 "$@" 2>&1 | tee "$log" | readable || rc=$?
  while read -r run; do
    ((++ran))
    run=${run%.run}
    if ! grep -q '^EXIT STATUS' "$run.output"; then
      say "$set: ${run##*/} was stopped; its last words:"
      tail -n 20 "$run.output"
    fi
    count_program "$set" "$run.output" "${launcher[@]}" "$run" --log_level=error --report_level=short \
      --color_output=no || blamed=1
  done < <(sed -n 's/^testing\.capture-output //p' "$log")
  if ((programs > ran)); then
    ((failed += programs - ran))
    blamed=1
    failures+=("$set: $((programs - ran)) programs that could not be built: $(grep '^\.\.\.failed' "$log" | head -n 3)")
  fi
  if ((rc != 0 && !blamed)); then
    ((++failed))
    failures+=("$set: b2 failed")
  fi
  say "$set: $((passed - before_passed)) passed, $((failed - before_failed)) failed," \
    "$((skipped - before_skipped)) skipped, $((SECONDS - started)) s"
}

# After a failed program's output b2 prints the shell script that ran it; leave that out.
readable() {
  awk '/^\.\.\.failed/ { hide = 0 } !hide { print; fflush() } /^====== END OUTPUT/ { hide = 1 }'
}

# count_program SET REPORT COMMAND ...: adds up what a Boost.Test program wrote.  Cases that failed are run once more:
# one that passes then counts as passed, and is named at the end.  A crash or a sanitizer's report is final.
# Fails when the program has.
count_program() {
  local set=$1 report=$2 program ok bad idle status name names=() filters=() lost=0
  program=$(basename "$report" | sed 's/\.[a-z]*$//')
  read -r ok bad idle status < <(read_report "$report")
  if ((bad > 0)); then
    mapfile -t names < <(sed -n 's/.*error: in "\([^"]*\)".*/\1/p' "$report" | sort -u)
    for name in "${names[@]}"; do filters+=("--run_test=$name"); done
    if ((status == 201 && ${#names[@]} == bad)) && run_again "$report" "$bad" "${@:3}" "${filters[@]}"; then
      unsteady+=("${names[@]/#/$set: $program: }")
      ((ok += bad, bad = 0, 1))
    else
      failures+=("${names[@]/#/$set: $program: }")
      if ((${#names[@]} != bad)); then failures+=("$set: $program: exit status $status"); fi
    fi
    lost=1
  fi
  ((passed += ok, failed += bad, skipped += idle, 1))
  ((!lost))
}

# run_again REPORT N COMMAND ...: it says that those N cases have passed.
run_again() {
  local again=$1.again wanted=$2 ok bad idle status=0
  say "again: ${*:3}"
  AMIKO_TEST_AGAIN=yes timeout 900 "${@:3}" >"$again" 2>&1 || status=$?
  echo "EXIT STATUS: $status" >>"$again"
  read -r ok bad idle status < <(read_report "$again")
  cat "$again"
  ((ok == wanted && bad == 0 && idle >= 0 && status == 0))
}

# Prints what Boost.Test's report says: cases passed, failed and skipped, and the exit status.  A crash leaves no report,
# or a good report and a bad exit status.
read_report() {
  awk '
    /^ *[0-9]+ test cases? out of [0-9]+ passed/ { passed += $1 }
    /^ *[0-9]+ test cases? out of [0-9]+ (failed|timed-out)/ { failed += $1 }
    /^ *[0-9]+ test cases? out of [0-9]+ skipped/ { skipped += $1 }
    /^Test module .* (has|was) / { reported = 1 }
    /^EXIT STATUS: / { status = $3 }
    END {
      if ((!reported || status != "0") && !failed) failed = 1
      print passed + 0, failed + 0, skipped + 0, status == "" ? 255 : status
    }' "$1" 2>/dev/null || echo 0 1 0 255
}

# run_check SET COMMAND ...: one test, which passes when the command does.
run_check() {
  local set=$1 result=passed
  shift
  say "$set: $*"
  if "$@"; then
    ((++passed))
  else
    ((++failed))
    failures+=("$set: $*")
    result=failed
  fi
  say "$set: $result"
}

# run_scripts SET "FILE [ARGUMENT ...]" ...: test scripts, as many at a time as there are processors, since they wait
# more than they compute.  What each says is shown when it ends.  One that failed is run once more, alone.
run_scripts() {
  local set=$1 script again=() rc
  local -A running=()
  mkdir -p out/log
  for script in "${@:2}"; do
    while ((${#running[@]} >= jobs)); do collect_script; done
    start_script "$script" &
    running[$!]=$script
    say "$set: $script started"
  done
  while ((${#running[@]} > 0)); do collect_script; done
  for script in "${again[@]}"; do
    say "$set: $script started again"
    rc=0
    (start_script "$script") || rc=$?
    count_script "$script" "$rc" last
  done
}

script_log() { echo "out/log/$set-${1//[^a-z0-9_]/-}.log"; }

start_script() {
  set -f  # an argument may be a pattern of its own
  bash $1 >"$(script_log "$1")" 2>&1
}

# Waits for one of run_scripts' scripts.
collect_script() {
  local rc=0 ended
  wait -n -p ended "${!running[@]}" || rc=$?
  count_script "${running[$ended]}" "$rc"
  unset "running[$ended]"
}

# count_script SCRIPT STATUS [last]: shows and adds up what it said.  It may end as a test program does, or with
# "N passed, N failed"; else it counts as one.
count_script() {
  local script=$1 rc=$2 ok=0 bad=0 log lines=()
  log=$(script_log "$script")
  cat "$log"
  if grep -q '^Test module' "$log"; then
    count_program "$set" "$log" bash "${script%% *}" || true
    return
  fi
  if tail -n 1 "$log" | grep -qE '^[0-9]+ passed, [0-9]+ failed$'; then
    read -r ok _ bad _ < <(tail -n 1 "$log")
  elif ((rc == 0)); then
    ok=1
  fi
  if ((rc != 0 && bad == 0)); then bad=1; fi
  if ((bad > 0)); then
    mapfile -t lines < <(grep -a ': FAILED' "$log")
    if ((${#lines[@]} == 0)); then lines=("exit status $rc"); fi
    lines=("${lines[@]/#/$set: $script: }")
    if [[ -z ${3:-} ]]; then
      unsteady+=("${lines[@]}")
      again+=("$script")
      return
    fi
    failures+=("${lines[@]}")
  fi
  ((passed += ok, failed += bad, 1))
}

run_tests() {
  local name sets=("$@")
  if ((${#sets[@]} == 0)); then sets=("${default_sets[@]}"); fi
  for name in "${sets[@]}"; do
    [[ " ${all_sets[*]} " == *" $name "* ]] || die "no set of tests is called '$name'; there are: ${all_sets[*]}"
  done
  deps
  peers
  export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=second_deadlock_stack=1
  export AMIKO_TEST_TIMEOUT_FACTOR=${AMIKO_TEST_TIMEOUT_FACTOR:-4}  # sanitizers and busy machines are slow
  for name in "${sets[@]}"; do
    "set_$name"
  done
  if ((${#unsteady[@]})); then printf 'failed once, then run again: %s\n' "${unsteady[@]}"; fi
  if ((${#failures[@]})); then printf 'FAILED: %s\n' "${failures[@]}"; fi
  echo "$passed passed, $failed failed"
  ((failed == 0 && passed > 0))
}

