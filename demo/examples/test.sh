#!/usr/bin/env bash
# amiko - runs every example against a private server and compares what it prints.
# Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
source demo/private_sshd.sh

scratch=$(mktemp -d)
trap 'stop_sshd; stop_asyncssh; stop_serving; rm -rf "$scratch"' EXIT
passed=0
failed=0
declare -A tried

stop_asyncssh() {
  if [[ -n ${asyncssh_pid:-} ]]; then
    kill "$asyncssh_pid" && wait "$asyncssh_pid"
  fi 2>/dev/null
}

program_of() { realpath "${EXAMPLES:+$EXAMPLES/$1}" 2>/dev/null || realpath "$(built "$1")" 2>/dev/null; }

# judge NAME STATUS PATTERN COMMAND ...: runs a command with $input as its standard input; its exit status must
# be STATUS, and PATTERN (bash's [[ == ]]) match all that it prints on both streams, which is left in $scratch/last.
input=
judge() {
  local name=$1 status=$2 pattern=$3 output rc=0
  shift 3
  output=$("$@" <<<"$input" 2>&1) || rc=$?
  printf '%s\n' "$output" >"$scratch/last"
  # shellcheck disable=SC2053
  if [[ $rc == "$status" && $output == $pattern ]]; then
    ((++passed))
    echo "examples: $name: ok"
  else
    ((++failed))
    printf 'examples: %s: FAILED\n--- status %s, expected %s\n%s\n--- expected\n%s\n---\n' \
      "$name" "$rc" "$status" "$output" "$pattern"
  fi
}

# expect NAME STATUS PATTERN ARGUMENT ...: judges an example, run in the scratch folder.
expect() {
  local name=$1 status=$2 pattern=$3 program
  shift 3
  tried[$name]=1
  program=$(program_of "$name")
  if [[ ! -x $program ]]; then
    echo "examples: $name: FAILED: it has not been built"
    ((++failed))
    return
  fi
  judge "$name" "$status" "$pattern" env -C "$scratch" timeout 120 "$program" "$@"
}

lines() { printf '%s\n' "$@"; }

# A small bc, where there is none: the examples' tests should not depend on it.
fake_bc() {
  mkdir "$scratch/bin"
  cat >"$scratch/bin/bc" <<'END'
#!/usr/bin/env python3
import sys
for line in sys.stdin:
    print(eval(line.replace("^", "**").replace("/", "//")), flush=True)
END
  chmod +x "$scratch/bin/bc"
}

path=/usr/local/bin:/usr/bin:/bin
if ! command -v bc >/dev/null; then
  fake_bc
  path=$scratch/bin:$path
fi
start_sshd "$scratch" "AcceptEnv LANG LC_*" "SetEnv PATH=$path" \
  "Subsystem sftp internal-sftp" || exit 1
server=127.0.0.1:$sshd_port
same=localhost:$sshd_port
usual=("$server" "$scratch/id_ed25519" "$scratch/known_hosts")

expect simple_client 1 "*ls: *Process exited with status 2" "${usual[@]}"
expect stderr_client 0 "$(lines 'stdout: one' 'stderr: two' 'stdout: three' one two three)" "${usual[@]}"
expect math_client 0 "$(lines '2+2 = 4' '1\*2\*3\*4 = 24' '2^32 = 4294967296')" "${usual[@]}"
expect makefile_client 0 "$(lines '2+2 = 4' '1\*2\*3\*4 = 24' '2^32 = 4294967296' 'and 5' 'and 2')" "${usual[@]}"
expect redirect_input 0 "$(lines 3 2 1)" "${usual[@]}"
expect redirect_local_pipe 0 "$(lines LOCAL PROCESS)" "${usual[@]}"
expect redirect_remote_pipe 0 "$(lines two three one)" "${usual[@]}"
expect redirect_remote_pipe 0 "$(lines two three one)" "$server,$same" "${usual[@]:1}"
expect check_exit_status 0 \
  "$(lines 'true: 0' 'exit 7: 7' 'kill -TERM $$: -1, signal TERM' 'thrown: exit status 3, out: some output' 'err: no good')" \
  "${usual[@]}"
expect set_environment 0 "*LANG=en_GB*" "${usual[@]}"
expect set_environment 0 "*LC_COLLATE=C*" "${usual[@]}"
if has_terminals; then
  expect set_terminal 0 $'xterm-color\r\n24 80\r' "${usual[@]}"
  input=$'echo the sum is $((40 + 2))\nexit 3'
  expect shell_client 3 "*the sum is 42*" "${usual[@]}"
  input=
else
  echo "examples: skipped, since sshd cannot give this user a terminal: set_terminal shell_client"
  tried[set_terminal]=1
  tried[shell_client]=1
fi
expect transport_client 0 \
  "$(lines 'host key ssh-ed25519 SHA256:*' 'to stdout' 'to stderr' 'exit status 5')" "${usual[@]}"
expect event_client 0 "*"$'\*\*\* Host key OK.\n'"*here we go" "${usual[@]}"
expect sftp_files 0 "$(lines 'amiko was here' '15 bytes')" "${usual[@]}" "$scratch/visitors.log"
mkdir "$scratch/tree" "$scratch/got"
echo one >"$scratch/tree/one.txt"
echo two >"$scratch/tree/two.txt"
expect sftp_get 0 "*/one.txt: 4 bytes*2 files in 1 directories" "${usual[@]}" "$scratch/tree" "$scratch/tree2"
expect sftp_mget 0 "2 files, 0 failed" "${usual[@]}" "$scratch/tree/*.txt" "$scratch/got"
expect sftp_put 0 "8 bytes sent and read back, 0 were there" "${usual[@]}" "$scratch/got/two.txt" "$scratch/put.txt"
expect timeouts 0 "$(lines 'timeout after: started' 'nothing yet' hello cancelled)" "${usual[@]}"
expect own_algorithm 0 "cipher ascon-aead128@example.org"$'\n'"hello through ascon-aead128@example.org"$'\n'"and after 2 key exchanges, cipher ascon-aead128@example.org"
expect algorithms 0 "*cipher aes256-ctr, MAC *@openssh.com, compression zlib@openssh.com"$'\n'"it works" "${usual[@]}"
expect jump_host 0 "hello from behind" "$server,$same" "${usual[@]:1}"
expect gather_results 1 "--- $server"$'\n'"hello from *exit status 2"$'\n'"--- 127.0.0.1:1"$'\n'"failed: *refused*"$'\n'"--- $same"$'\n'"hello*" \
  "$server,127.0.0.1:1,$same" "${usual[@]:1}"
expect many_hosts 0 "*: $(uname -s)*: $(uname -s)*: $(uname -s)" "$server,$same,$server" "${usual[@]:1}"
expect own_known_hosts 2 "*unknown host key*" "$server" "$scratch/id_ed25519" "$scratch/nothing"

# The programs that need another user, a password or a folder of their own talk to a server that has them.
python=
for candidate in python3 /usr/bin/python3; do
  if [[ -z $python ]] && "$candidate" -c 'import asyncssh' 2>/dev/null; then python=$candidate; fi
done
if [[ -n $python ]]; then
  echo data >"$scratch/abc"
  ssh-keygen -q -t ed25519 -N '' -f "$scratch/stranger"
  mkfifo "$scratch/port"
  "$python" demo/examples/test_server.py "$scratch" "$scratch/known_hosts" >"$scratch/port" 2>"$scratch/asyncssh.log" &
  asyncssh_pid=$!
  read -r -t 30 port <"$scratch/port" || cat "$scratch/asyncssh.log"
  guest=("guest@127.0.0.1:$port" "$scratch/id_ed25519" "$scratch/known_hosts")
  expect simple_client 0 abc "${guest[@]}"
  expect own_known_hosts 0 abc "${guest[@]}"
  expect own_keys 0 abc "${guest[@]}"
  expect other_user 0 abc "${guest[@]#guest@}"
  expect other_user 2 "*authentication failed*user user123*refused*" "${guest[0]}" "$scratch/stranger" "${guest[2]}"
  expect callback_client 0 "$(lines 'Banner: Welcome to the test server.' 'Authentication successful.' abc 'exit status 0')" "${guest[@]}"
  # The usual places, as the user's own programs would find them.
  mkdir "$scratch/.ssh"
  cp "$scratch/id_ed25519" "$scratch/known_hosts" "$scratch/.ssh"
  HOME=$scratch expect simple_client 0 abc "${guest[0]}"
  rm "$scratch/.ssh/id_ed25519"
  input=secret
  HOME=$scratch expect password 0 abc "${guest[0]}"
  input=wrong
  HOME=$scratch expect password 2 "*authentication failed*password: refused*" "${guest[0]}"
else
  echo "examples: skipped without python3-asyncssh: own_keys other_user callback_client password"
  for name in own_keys other_user callback_client password; do tried[$name]=1; done
fi

source demo/examples/test_servers.sh

# A new example must not go untested.
for source in demo/examples/*.cpp; do
  name=$(basename "$source" .cpp)
  if [[ -z ${tried[$name]:-} ]]; then
    echo "examples: $name: FAILED: this script does not run it"
    ((++failed))
  fi
done

echo "$passed passed, $failed failed"
((failed == 0))
