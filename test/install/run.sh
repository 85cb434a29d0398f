#!/usr/bin/env bash
# amiko - installs the library, static and shared, and builds a program with what was installed.
# Ends with "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

suite="install"
# shellcheck source=../common/shell_tests.sh
source test/common/shell_tests.sh
trap 'rm -rf "$scratch"' EXIT

# Static as users build it; shared without optimisation, which compiles in half the time.
install() {
  local options=(variant=release)
  if [[ $1 == shared ]]; then options=(variant=debug debug-symbols=off); fi
  b2 -j"$(nproc)" "${options[@]}" "link=$1" install --prefix="$scratch/$1"
}

# Internal headers stay at home, and everything that was promised is there.
contents() {
  local prefix=$scratch/$1 module
  for module in support wire crypto protocol transport auth; do
    [[ ! -e $prefix/include/amiko/$module ]] || { echo "$module is installed"; return 1; }
  done
  [[ -f $prefix/include/amiko/amiko.hpp && -f $prefix/lib/pkgconfig/amiko.pc ]] &&
    [[ -f $prefix/lib/cmake/amiko/amikoConfig.cmake ]] &&
    if [[ $1 == static ]]; then [[ -f $prefix/lib/libamiko.a ]]; else [[ -L $prefix/lib/libamiko.so ]]; fi
}

through_pkg_config() {
  local prefix=$scratch/$1 flags
  flags=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config ${2:-} --cflags --libs amiko) || return 1
  # shellcheck disable=SC2086
  "${CXX:-g++}" -std=c++20 "$here/consumer.cpp" -o "$scratch/consumer-$1" $flags &&
    LD_LIBRARY_PATH=$prefix/lib "$scratch/consumer-$1"
}

through_cmake() {
  local build=$scratch/build-$1
  cmake -S "$here" -B "$build" -DCMAKE_PREFIX_PATH="$scratch/$1" && cmake --build "$build" && "$build/consumer"
}

for link in static shared; do
  attempt "b2 link=$link install" install "$link"
  attempt "what is installed, $link" contents "$link"
  attempt "pkg-config, $link" through_pkg_config "$link" "$([[ $link == static ]] && echo --static)"
  if command -v cmake >/dev/null; then
    attempt "CMake, $link" through_cmake "$link"
  else
    echo "install: CMake, $link: skipped, there is no cmake"
  fi
done

report
