#!/usr/bin/env bash
# amiko - shows the demos at work on a private sshd; ./bootstrap.sh demo builds them first.
# Ends with status 0 if everything did what it should.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
source demo/private_sshd.sh

die() {
  echo "tour: $*" >&2
  exit 1
}

scratch=$(mktemp -d) || exit 1
trap 'stop_sshd; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
failures=0

# The programs by their short names, so that the commands that are shown are those that run.
collect_programs() {
  local name program
  mkdir "$scratch/bin"
  for name in "$@"; do
    program=$(built "$name" release)
    [[ -n $program ]] || die "$name is not built: run ./bootstrap.sh demo"
    ln -s "$(realpath "$program")" "$scratch/bin/$name"
  done
  PATH=$scratch/bin:$PATH
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

collect_programs amiko-ssh amiko-run check_exit_status jump_host redirect_input set_terminal \
  shell_client stderr_client timeouts transport_client
command -v ssh-keygen >/dev/null || die "there is no ssh-keygen; it is in the package openssh-client"
start_sshd "$scratch" "AcceptEnv LANG LC_*" || die "the tour needs an OpenSSH server; ./bootstrap.sh peers installs it"

here=127.0.0.1:$sshd_port
there=localhost:$sshd_port
keys="id_ed25519 known_hosts"
ssh="amiko-ssh -p $sshd_port -i id_ed25519 -o BatchMode=yes -o UserKnownHostsFile=known_hosts"

cat <<END
A private sshd listens on $here, with a host key and a user key that were made a moment ago.
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

say "A second connection, end to end, through a channel of the first (a jump host)."
show 0 "hello from behind" "jump_host $here,$there $keys"

if has_terminals; then
  say "A pseudo terminal, and an interactive shell that is typed into."
  show 0 "xterm-color*24 80" "set_terminal $here $keys"
  show 0 "*the answer is 42*" "echo 'echo the answer is \$((6 * 7)); exit' | TERM=dumb shell_client $here $keys"
else
  say "(Pseudo terminals are left out: on this machine an sshd that is not root cannot give any.)"
fi

say "amiko-ssh takes ssh's options; the command's exit status is its own."
show 0 "$(uname -s)*" "$ssh 127.0.0.1 uname -sr"
show 7 "@(out*err|err*out)" "$ssh 127.0.0.1 'echo out; echo err >&2; exit 7'"
show 0 "FROM STANDARD INPUT" "echo from standard input | $ssh 127.0.0.1 tr a-z A-Z"
if has_terminals; then show 0 "/dev/*" "$ssh -tt 127.0.0.1 tty"; fi

say "amiko-run runs one command on many hosts at once.  In the second run one of three does not answer."
show 0 "*2 hosts, 2 ok, 0 failed*" \
  "amiko-run -i id_ed25519 -o UserKnownHostsFile=known_hosts -h $here,$there 'echo hello from \$(hostname)'"
show 1 "*3 hosts, 2 ok, 1 failed*refused*" \
  "amiko-run -i id_ed25519 -o UserKnownHostsFile=known_hosts -h $here,127.0.0.1:1,$there id -un"

say "A host whose key is not known is refused, and nothing secret is sent to it ..."
stranger="amiko-ssh -p $sshd_port -i id_ed25519 -o BatchMode=yes -o UserKnownHostsFile=new_hosts"
show 255 "*unknown host key*" "$stranger -o StrictHostKeyChecking=yes 127.0.0.1 true"
say "... unless it is to be trusted when it is first met.  From then on it is known ..."
show 0 "*welcome" "$stranger -o StrictHostKeyChecking=accept-new 127.0.0.1 echo welcome"
show 0 "*welcome back" "$stranger -o StrictHostKeyChecking=yes 127.0.0.1 echo welcome back"
say "... and another key is refused, whatever was said about unknown ones."
ssh-keygen -q -t ed25519 -N '' -f "$scratch/other"
show 255 "*changed*" \
  "echo '[127.0.0.1]:$sshd_port $(cut -d' ' -f1,2 "$scratch/other.pub")' >new_hosts; $stranger -o StrictHostKeyChecking=accept-new 127.0.0.1 true"

if ((failures > 0)); then die "$failures of the commands did not do what they should"; fi
say "That was the tour.  README and doc/tutorial.md go on from here."
