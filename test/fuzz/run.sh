#!/usr/bin/env bash
# amiko - fuzzes: run.sh SECONDS [TARGET ...].  Each target runs so long, on one core, under ASan and UBSan.
# Inputs are kept in out/fuzz/corpus; findings are put into test/fuzz/findings, where the ordinary tests replay them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:?usage: run.sh SECONDS [TARGET ...]}
shift

b2 -j"$(nproc)" toolset=clang variant=release address-sanitizer=norecover undefined-sanitizer=norecover \
  cxxflags="-fsanitize=fuzzer-no-link -g1" test/fuzz/engine//place >out/fuzz-build.log 2>&1 ||
  { tail -n 30 out/fuzz-build.log; exit 1; }

targets=("$@")
if ((${#targets[@]} == 0)); then mapfile -t targets < <(out/fuzz/fuzz --list); fi
rc=0
for target in "${targets[@]}"; do
  corpus=out/fuzz/corpus/$target
  findings=test/fuzz/findings/$target
  mkdir -p "$corpus" out/fuzz/log
  out/fuzz/fuzz --target="$target" --seeds="$corpus"
  mkdir -p "$findings"
  if out/fuzz/fuzz --target="$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=20000 \
    -artifact_prefix="$findings/" -print_final_stats=1 "$corpus" >"out/fuzz/log/$target" 2>&1; then
    printf '%s: %s executions, %s edges, no finding\n' "$target" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "out/fuzz/log/$target")" \
      "$(grep -o 'cov: [0-9]*' "out/fuzz/log/$target" | tail -n 1 | cut -d' ' -f2)"
  else
    rc=1
    printf '%s: FINDING, see out/fuzz/log/%s\n' "$target" "$target"
    tail -n 25 "out/fuzz/log/$target"
  fi
  rmdir --ignore-fail-on-non-empty "$findings"
done
rmdir --ignore-fail-on-non-empty test/fuzz/findings 2>/dev/null || true
exit "$rc"
