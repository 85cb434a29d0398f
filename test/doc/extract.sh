#!/usr/bin/env bash
# amiko - the C++ examples of the manual, as sources to compile
#   extract.sh list FILE.md          what it has: "snippets", and the numbers of complete programs (with a main function)
#   extract.sh program N FILE.md     the Nth of them
#   extract.sh snippets FILE.md      all other ```cpp blocks, each as a function's body
# A snippet may use `conn`, `t` and `chan` without declaring them, and std::chrono's literals.
set -euo pipefail
mode=$1
wanted=0
if [[ $mode == program ]]; then
  wanted=$2
  shift
fi
file=$2

if [[ $mode == snippets ]]; then
  cat <<'END'
#include <amiko/amiko.hpp>

#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

// A line of the manual may declare what the next does not use, or a name that its surroundings have.
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"

using namespace std::chrono_literals;
END
fi

awk -v mode="$mode" -v wanted="$wanted" -v file="$file" '
  function finish() {
    if (is_program) {
      ++programs
      if (mode == "program" && programs == wanted) printf "#line %d \"%s\"\n%s", first, file, text
    } else if (++snippets && mode == "snippets") {
      printf "\nnamespace snippet_%d {\nvoid example(amiko::Connection& conn, amiko::Transport& t, amiko::Channel& chan);\n", snippets
      printf "void example(amiko::Connection& conn, amiko::Transport& t, amiko::Channel& chan) {\n{\n#line %d \"%s\"\n%s}\n}\n}\n", first, file, text
    }
  }
  inside && /^```/ { finish(); inside = 0; next }
  inside { text = text $0 "\n"; if (/^int main\(/) is_program = 1 }
  /^```cpp$/ { inside = 1; text = ""; is_program = 0; first = NR + 1 }
  /^```(c\+\+|C\+\+|cxx|cc)/ { bad = file ":" NR ": write ```cpp"; exit }
  END {
    if (inside) bad = file ": a block has no end"
    if (mode != "list") {  # the list has a part that will fail
      if (bad) print bad > "/dev/stderr"
      exit bad != ""
    }
    if (snippets || bad) print "snippets"
    for (i = 1; i <= programs; ++i) print i
  }
' "$file"
