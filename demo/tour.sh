#!/usr/bin/env bash
# amiko - shows the demos at work on amiko's own server; ./bootstrap.sh demo builds them first.
# No other SSH program is needed.  Ends with status 0 if everything did what it should.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

die() {
  echo "tour: $*" >&2
  exit 1
}

scratch=$(mktemp -d) || exit 1
server_pid=
stop_server() {
  if [[ -n $server_pid ]]; then
    kill "$server_pid" && wait "$server_pid"
    server_pid=
  fi 2>/dev/null
}
trap 'stop_server; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
failures=0

# The program of that name that was built last for use.
built() {
  find out -type f -name "$1" -perm -u+x -path "*/release/*" -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d' ' -f2-
}

# The programs by their short names, so that the commands that are shown are those that run.
collect_programs() {
  local name program
  mkdir "$scratch/bin"
  for name in "$@"; do
    program=$(built "$name")
    [[ -n $program ]] || die "$name is not built: run ./bootstrap.sh demo"
    ln -s "$(realpath "$program")" "$scratch/bin/$name"
  done
  PATH=$scratch/bin:$PATH
}

# amiko-sshd on a loopback port, with a host key and a user key that are made now.  Sets $port.
start_server() {
  local i host_line
  host_line=$(make_key "$scratch/host_key") && make_key "$scratch/id_ed25519" >"$scratch/authorized_keys" || return 1
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))  # somebody may have it already
    amiko-sshd -D -e -f none -p "$port" -h "$scratch/host_key" -o ListenAddress=127.0.0.1 -o PidFile=none \
      -o "AuthorizedKeysFile=$scratch/authorized_keys" -o StrictModes=no 2>"$scratch/sshd.log" &
    server_pid=$!
    for ((i = 0; i < 200; ++i)); do
      if grep -q '^Server listening' "$scratch/sshd.log"; then
        echo "[127.0.0.1]:$port,[localhost]:$port $host_line" >"$scratch/known_hosts"
        return 0
      fi
      kill -0 "$server_pid" 2>/dev/null || break
      sleep 0.05
    done
    stop_server
  done
  cat "$scratch/sshd.log" >&2
  return 1
}

say() { printf '\n%s\n' "$@"; }

# show STATUS PATTERN COMMAND: prints the command and what it prints, and checks its exit status and output.
show() {
  local status=$1 pattern=$2 command=$3 output rc=0
  printf '\n  $ %s\n' "$command"
  output=$(cd "$scratch" && timeout 60 bash -c "$command" 2>&1 </dev/null) || rc=$?
  output=${output//$'\r'/}
  if [[ -n $output ]]; then printf '  %s\n' "${output//$'\n'/$'\n'  }"; fi
  if ((rc != 0)); then printf '  (exit status %s)\n' "$rc"; fi
  # shellcheck disable=SC2053
  if [[ $rc != "$status" || $output != $pattern ]]; then
    printf '  ^^^ this is wrong: status %s and "%s" were expected\n' "$status" "$pattern"
    ((++failures))
  fi
}

collect_programs amiko-sshd amiko-ssh amiko-run amiko-bbs make_key check_exit_status redirect_input \
  set_terminal shell_client stderr_client timeouts transport_client
start_server || die "amiko-sshd does not start"

here=127.0.0.1:$port
there=localhost:$port
keys="id_ed25519 known_hosts"
ssh="amiko-ssh -p $port -i id_ed25519 -o BatchMode=yes -o UserKnownHostsFile=known_hosts"

cat <<END
amiko-sshd, this library's own server for real logins, listens on $here.  Its host key and the
user key that it lets in were made a moment ago, by make_key.
The first programs are in demo/examples; all take a host, a key file and a known_hosts file.
END

say "One connect(), one run(): text of ours into a remote sort, its output into a local file."
show 0 "3*2*1" "redirect_input $here $keys"

say "Standard output and standard error, apart and together."
show 0 "*stderr: two*" "stderr_client $here $keys"

say "How commands end."
show 0 "*signal TERM*no good*" "check_exit_status $here $keys"

say "The same in paramiko's way: Transport, host key, authentication, Channel."
show 0 "host key*exit status 5" "transport_client $here $keys"

say "Time limits and cancelling."
show 0 "timeout after: started*cancelled" "timeouts $here $keys"

say "A pseudo terminal, and an interactive shell that is typed into."
show 0 "xterm-color*24 80" "set_terminal $here $keys"
show 0 "*the answer is 42*" "echo 'echo the answer is \$((6 * 7)); exit' | TERM=dumb shell_client $here $keys"

say "amiko-ssh takes ssh's options; the command's exit status is its own."
show 0 "$(uname -s)*" "$ssh 127.0.0.1 uname -sr"
show 7 "@(out*err|err*out)" "$ssh 127.0.0.1 'echo out; echo err >&2; exit 7'"
show 0 "FROM STANDARD INPUT" "echo from standard input | $ssh 127.0.0.1 tr a-z A-Z"
show 0 "/dev/*" "$ssh -tt 127.0.0.1 tty"
show 0 "*ended by a signal*" "$ssh 127.0.0.1 'kill -TERM \$\$' || echo it was ended by a signal"

say "amiko-run runs one command on many hosts at once.  In the second run one of three does not answer."
show 0 "*2 hosts, 2 ok, 0 failed*" \
  "amiko-run -i id_ed25519 -o UserKnownHostsFile=known_hosts -h $here,$there 'echo hello from \$(hostname)'"
show 1 "*3 hosts, 2 ok, 1 failed*refused*" \
  "amiko-run -i id_ed25519 -o UserKnownHostsFile=known_hosts -h $here,127.0.0.1:1,$there id -un"

say "A host whose key is not known is refused, and nothing secret is sent to it ..."
stranger="amiko-ssh -p $port -i id_ed25519 -o BatchMode=yes -o UserKnownHostsFile=new_hosts"
show 255 "*unknown host key*" "$stranger -o StrictHostKeyChecking=yes 127.0.0.1 true"
say "... unless it is to be trusted when it is first met.  From then on it is known ..."
show 0 "*welcome" "$stranger -o StrictHostKeyChecking=accept-new 127.0.0.1 echo welcome"
show 0 "*welcome back" "$stranger -o StrictHostKeyChecking=yes 127.0.0.1 echo welcome back"
say "... and another key is refused, whatever was said about unknown ones."
show 255 "*changed*" \
  "echo \"[127.0.0.1]:$port \$(make_key other)\" >new_hosts; $stranger -o StrictHostKeyChecking=accept-new 127.0.0.1 true"

say "What amiko-sshd has to say about all that, in the end:"
show 0 "Accepted publickey*" "grep Accepted sshd.log | tail -n 2 | cut -d ' ' -f 1-6"

if ((failures > 0)); then die "$failures of the commands did not do what they should"; fi
cat <<END

There is a bulletin board, too.  Start it in one terminal ...

  \$ $(built amiko-bbs)

... and call it from another, with amiko-ssh or any other SSH program:

  \$ $(built amiko-ssh) -p 2200 new@localhost      to sign up
  \$ $(built amiko-ssh) -p 2200 robey@localhost    the board of 2003; the password is foo

That was the tour.  README and doc/tutorial.md go on from here, for servers doc/servers.md.
END
