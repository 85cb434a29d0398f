#!/usr/bin/env bash
# amiko - runs amiko-ssh against a private sshd, on pipes, on a terminal, and under the programs that call ssh.
# AMIKO_SSH names the program to test; without it the one that was built last.  Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2034,SC2094,SC2154  # the other side expands; start_sshd sets its variables
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh
suite="amiko-ssh"
# shellcheck source=../common/shell_tests.sh
source test/common/shell_tests.sh

program=$(realpath "${AMIKO_SSH:-$(built amiko-ssh)}") || exit
account=

cleanup() {
  stop_sshd
  if [[ -n $account ]]; then userdel -r "$account" 2>/dev/null; fi
  rm -rf "$scratch"
}
trap cleanup EXIT

ssh_options=(-F none -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=none)
amiko() { timeout 300 "$program" "${ssh_options[@]}" -p "$sshd_port" -i "$scratch/id_ed25519" "$@"; }
amiko_without_key() { timeout 300 "$program" "${ssh_options[@]}" -p "$sshd_port" -i none "$@"; }
# Without a controlling terminal there is nobody to ask.
detached() { timeout 300 setsid -w "$program" "$@" </dev/null; }

# on_terminal STEPS ARGUMENT ...: the program on a pseudo terminal.
on_terminal() {
  printf '%s\n' "$1" >"$scratch/steps"
  TERM=vt220 timeout 300 python3 "$here/on_terminal.py" "$scratch/steps" "$program" "${ssh_options[@]}" -p "$sshd_port" "${@:2}"
}

# --- what needs no server

options() {
  attempt "-V" says "amiko-ssh " "$program" -V
  attempt "-V exits 0" exits 0 "$program" -V
  attempt "no arguments" exits 255 "$program"
  attempt "an unknown option" says "unknown option" "$program" -u host
  attempt "an unknown keyword" says "Bad configuration option: x" "$program" -o x=1 host
  attempt "an unknown keyword exits 255" exits 255 "$program" -o x=1 host
  attempt "a bad port" says 'bad port "0"' "$program" -p 0 host
  attempt "a bad port keyword" says 'bad port "65536"' "$program" -o Port=65536 host
  attempt "a bad value" says 'bad yes/no argument "perhaps"' "$program" -o batchmode=perhaps host
  attempt "a missing value" says "missing argument" "$program" -o User= host
  attempt "a missing configuration file" says "Can't open user config file" "$program" -F "$scratch/none" host
  attempt "what cannot be left out" says "not supported yet" "$program" -o RevokedHostKeys=x host
  attempt "a name that does not exist" exits 255 "$program" -F none nowhere.invalid true
  local query
  for query in kex cipher cipher-auth mac key key-plain key-sig compression; do
    attempt "-Q $query" query "$query"
  done
  attempt "-Q nonsense" exits 255 "$program" -Q nonsense
}

query() {
  local expected
  case $1 in
    kex) expected=curve25519-sha256 ;;
    cipher) expected=aes128-ctr ;;
    cipher-auth) expected=aes128-gcm@openssh.com ;;
    mac) expected=hmac-sha2-256-etm@openssh.com ;;
    key | key-plain) expected=ssh-ed25519 ;;
    key-sig) expected=rsa-sha2-512 ;;
    compression) expected=zlib@openssh.com ;;
  esac
  "$program" -Q "$1" | grep -qx "$expected"
}

# --- on pipes

commands() {
  attempt "output" gives "a b" amiko 127.0.0.1 echo a b
  attempt "exit status" exits 7 amiko 127.0.0.1 exit 7
  attempt "a command ended by a signal" exits 255 amiko 127.0.0.1 'kill -KILL $$'
  attempt "standard error is separate" gives "" amiko 127.0.0.1 'echo x >&2'
  attempt "standard error" says "to-stderr" amiko 127.0.0.1 'echo to-stderr >&2'
  attempt "input" gives "hello" pipe hello 127.0.0.1 cat
  attempt "-n" gives "" pipe hello -n 127.0.0.1 cat
  attempt "closed input" closed_input
  attempt "options behind the host" gives "ok" amiko 127.0.0.1 -T -q -- echo ok
  attempt "options of the command" gives "a" amiko 127.0.0.1 basename -s .txt a.txt
  attempt "URL" gives "ok" "$program" "${ssh_options[@]}" -i "$scratch/id_ed25519" "ssh://$sshd_user@127.0.0.1:$sshd_port" echo ok
  attempt "-l and user@" gives "$sshd_user" amiko -l "$sshd_user" nobody@127.0.0.1 id -un
  attempt "the first value wins" gives "ok" amiko -o "Port $sshd_port" -o Port=1 -o User="$sshd_user" -l nobody 127.0.0.1 echo ok
  attempt "-oHostname" gives "ok" amiko -oHostname=127.0.0.1 whatever.invalid echo ok
  attempt "a shell without a terminal" plain_shell
  attempt "SetEnv" gives "a b" amiko -o 'SetEnv="AMIKO_A=a b"' 127.0.0.1 'echo $AMIKO_A'
  AMIKO_B=c attempt "SendEnv" gives "c" amiko -o 'SendEnv=AMIKO_*' 127.0.0.1 'echo $AMIKO_B'
  attempt "64 MiB both ways" both_ways
  attempt "64 MiB through a slow pipe" slow_pipe
  attempt "a non-blocking output" non_blocking
  attempt "a reader that goes away" timeout 60 bash -c "$(declare -f amiko); $(declare -p ssh_options program scratch sshd_port); amiko 127.0.0.1 yes | head -n 1 >/dev/null"
  attempt "re-keying in mid-transfer" rekeying
  attempt "compression" gives "zlib@openssh.com" compression
  attempt "-N until a signal" waits_for_a_signal
}

pipe() { printf '%s\n' "$1" | amiko "${@:2}"; }
plain_shell() { pipe 'echo ok' -q 127.0.0.1 | tail -n 1 | grep -qx ok; }
closed_input() { amiko 127.0.0.1 cat <&-; }

both_ways() {
  head -c 64M /dev/urandom >"$scratch/data" && amiko 127.0.0.1 cat <"$scratch/data" | cmp - "$scratch/data"
}

slow_pipe() {
  amiko 127.0.0.1 cat <"$scratch/data" | (sleep 1; dd bs=1M status=none) | cmp - "$scratch/data"
}

non_blocking() {
  python3 - "$scratch/data" "$program" "${ssh_options[@]}" -p "$sshd_port" -i "$scratch/id_ed25519" 127.0.0.1 cat <<'PY'
import os, subprocess, sys, time
data = open(sys.argv[1], "rb").read()
r, w = os.pipe()
os.set_blocking(w, False)
with open(sys.argv[1], "rb") as source:
    child = subprocess.Popen(sys.argv[2:], stdin=source, stdout=w)
os.close(w)
time.sleep(0.5)
with os.fdopen(r, "rb") as reader:
    received = reader.read()
sys.exit(child.wait() or received != data)
PY
}

rekeying() {
  amiko -v -o RekeyLimit=8M 127.0.0.1 cat <"$scratch/data" 2>"$scratch/rekey" | cmp - "$scratch/data" &&
    (($(grep -c 'NEWKEYS sent' "$scratch/rekey") > 4))
}

compression() {
  amiko -v -C 127.0.0.1 true 2>&1 | sed -n 's/.*server->client.*compression: //p' | tr -d '\r'
}

waits_for_a_signal() {
  local pid status=0
  "$program" "${ssh_options[@]}" -p "$sshd_port" -i "$scratch/id_ed25519" -vN -E "$scratch/waits" 127.0.0.1 &
  pid=$!
  for ((i = 0; i < 600; ++i)); do
    if grep -q Authenticated "$scratch/waits" 2>/dev/null; then break; fi
    sleep 0.1
  done
  sleep 1
  kill "$pid"  # it must still be there
  wait "$pid" || status=$?
  grep -q Authenticated "$scratch/waits" && ((status == 255 || status == 143))
}

# --- what is said

messages() {
  local kex="debug1: kex: server->client cipher: aes256-ctr MAC: hmac-sha2-256 compression: none"
  attempt "-v: NEWKEYS" says "debug1: NEWKEYS sent" amiko -v 127.0.0.1 true
  attempt "-v: algorithms" says "$kex" amiko -v -c aes256-ctr -m hmac-sha2-256 127.0.0.1 true
  attempt "-v: kex" says "debug1: kex: algorithm: diffie-hellman-group14-sha256" \
    amiko -v -o KexAlgorithms=diffie-hellman-group14-sha256 127.0.0.1 true
  attempt "-v: authenticated" says "Authenticated to 127.0.0.1 ([127.0.0.1]:$sshd_port) using \"publickey\"." \
    amiko -v 127.0.0.1 true
  attempt "-v: passed over" says "VisualHostKey is not supported yet" amiko -v -o VisualHostKey=yes 127.0.0.1 true
  attempt "-E" log_file
  attempt "an algorithm that nobody has" exits 255 amiko -c nonsense 127.0.0.1 true
  attempt "nothing listens" says "refused" "$program" "${ssh_options[@]}" -p "$(free_port)" 127.0.0.1 true
  attempt "permission denied" says "$sshd_user@127.0.0.1: Permission denied (publickey" \
    amiko_without_key -o BatchMode=yes 127.0.0.1 true
  attempt "permission denied exits 255" exits 255 amiko_without_key -o BatchMode=yes 127.0.0.1 true
  attempt "-q" quiet
  attempt "a missing identity" says "not accessible" amiko -i "$scratch/none" 127.0.0.1 true
}

log_file() {
  amiko -v -E "$scratch/logfile" 127.0.0.1 true 2>"$scratch/stderr" && [[ ! -s $scratch/stderr ]] &&
    grep -q '^debug1: NEWKEYS sent$' "$scratch/logfile"
}

quiet() {
  ! amiko_without_key -q -o BatchMode=yes 127.0.0.1 true 2>"$scratch/stderr" && [[ ! -s $scratch/stderr ]]
}

# --- who the host is

host_keys() {
  local unknown=(-F none -o GlobalKnownHostsFile=none -p "$sshd_port" -i "$scratch/id_ed25519")
  attempt "an unknown host" exits 255 detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh1" 127.0.0.1 true
  attempt "an unknown host is told" says "Host key verification failed." \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh1" 127.0.0.1 true
  attempt "accept-new" exits 0 \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh1" -o StrictHostKeyChecking=accept-new 127.0.0.1 true
  attempt "accept-new recorded it" exits 0 detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh1" 127.0.0.1 true
  ssh-keygen -q -t ed25519 -N '' -f "$scratch/other_key"
  echo "[127.0.0.1]:$sshd_port $(cut -d' ' -f1,2 "$scratch/other_key.pub")" >"$scratch/kh2"
  attempt "a changed key" says "changed" detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh2" 127.0.0.1 true
  attempt "a changed key ends it" exits 255 \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh2" -o StrictHostKeyChecking=accept-new 127.0.0.1 true
  attempt "a changed key and StrictHostKeyChecking=no" exits 0 \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh2" -o StrictHostKeyChecking=no 127.0.0.1 true
  echo "@revoked * $(cut -d' ' -f1,2 "$scratch/host_key.pub")" >"$scratch/kh3"
  attempt "a revoked key and StrictHostKeyChecking=no" exits 255 \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh3" -o StrictHostKeyChecking=no 127.0.0.1 true
  echo "alias $(cut -d' ' -f1,2 "$scratch/host_key.pub")" >"$scratch/kh4"
  attempt "HostKeyAlias" exits 0 \
    detached "${unknown[@]}" -o "UserKnownHostsFile=$scratch/kh4" -o HostKeyAlias=alias 127.0.0.1 true
  local proxy
  proxy="$(PATH=$PATH:/usr/sbin command -v sshd) -i -f $scratch/sshd_config"
  if ((EUID == 0)); then
    attempt "ProxyCommand" says "(via proxy)" amiko -v -o "ProxyCommand=env HOST=%h PORT=%p USER=%r $proxy" 127.0.0.1 true
  else
    skip "ProxyCommand" "sshd -i needs root here"
  fi
}

# --- on a terminal

terminals() {
  attempt "shell, window size, resizing, interrupt" exits 5 on_terminal "$(steps_of_shell)" -i "$scratch/id_ed25519" 127.0.0.1
  attempt "TERM" exits 0 on_terminal "expect is-vt220" -i "$scratch/id_ed25519" -t 127.0.0.1 'echo is-$TERM'
  attempt "-t -t without a local terminal" gives "yes" force_terminal
  attempt "a signal restores the terminal" exits 255 \
    on_terminal $'expect ready\nsignal TERM' -i "$scratch/id_ed25519" -t 127.0.0.1 'echo ready; sleep 100'
  attempt "SIGHUP restores the terminal" exits 255 \
    on_terminal $'expect ready\nsignal HUP' -i "$scratch/id_ed25519" -t 127.0.0.1 'echo ready; sleep 100'
  ssh-keygen -q -t ed25519 -N 'geheim' -f "$scratch/locked"
  cat "$scratch/locked.pub" >>"$scratch/authorized_keys"
  attempt "passphrase" exits 4 \
    on_terminal $'expect Enter passphrase for key\nhidden\nsend x\\n\nexpect passphrase\nsend geheim\\n' -i "$scratch/locked" 127.0.0.1 exit 4
  local unknown=(-o "UserKnownHostsFile=$scratch/kh5" -i "$scratch/id_ed25519" 127.0.0.1 exit 6)
  ssh_options=(-F none -o GlobalKnownHostsFile=none)
  attempt "host key question: no" exits 255 on_terminal $'expect (yes/no/[fingerprint])?\nsend no\\n' "${unknown[@]}"
  attempt "host key question: wrong word, yes" exits 6 \
    on_terminal $'expect (yes/no/[fingerprint])?\nsend maybe\\n\nexpect Please type\nsend yes\\n\nexpect Permanently added' "${unknown[@]}"
  rm -f "$scratch/kh5"
  local fingerprint
  fingerprint=$(ssh-keygen -lf "$scratch/host_key.pub" | cut -d' ' -f2)
  attempt "host key question: fingerprint" exits 6 on_terminal "expect (yes/no/[fingerprint])?
send $fingerprint\\n" "${unknown[@]}"
  attempt "host key question: on record now" exits 6 on_terminal "" "${unknown[@]}"
  ssh_options=(-F none -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=none)
}

# Each line is typed at a prompt, and ^C only when the program that it is meant for says that it runs: before that
# it may reach the shell, which then drops what is typed or still starts the program.  The new size may come to the
# server behind what was typed after the change.  The program says that it runs a moment later, since dash forgets a ^C
# that comes right before it becomes its last command.
steps_of_shell() {
  cat <<'END_OF_STEPS'
send PS1=ready\\>\n
expect ready>
send stty size\n
expect 24 80
expect ready>
resize 40 100
send until stty size | grep -q ^40; do sleep 0.1; done; stty size\n
expect 40 100
expect ready>
send sh -c '(sleep 0.3; echo run""ning) & exec sleep 1000'\n
expect running
send \x03
expect ready>
send echo status $?; exit 5\n
expect status 130
END_OF_STEPS
}

force_terminal() { amiko -tt -q 127.0.0.1 'test -t 0 && echo yes' </dev/null | tr -d '\r'; }

# --- passwords, which need an account whose password we know

passwords() {
  if ((EUID != 0)) || ! has useradd || ! has chpasswd; then
    skip "passwords" "they need an account that only root can make"
    return
  fi
  account=amikodemo$$
  useradd --create-home --shell /bin/sh "$account" && echo "$account:pass-word" | chpasswd || return
  local ask="expect $account@127.0.0.1's password:
hidden"
  attempt "password: wrong, right" exits 3 on_terminal "$ask
send wrong\\n
expect try again.
$ask
send pass-word\\n" -i none "$account@127.0.0.1" exit 3
  attempt "password: interrupted" exits 130 on_terminal "$ask
send \\x03" -i none "$account@127.0.0.1" true
  attempt "password: three times wrong" exits 255 on_terminal "$ask
send a\\n
$ask
send b\\n
$ask
send c\\n
expect Permission denied (" -i none "$account@127.0.0.1" true
  attempt "BatchMode asks nothing" exits 255 on_terminal "expect Permission denied (" -i none -o BatchMode=yes "$account@127.0.0.1" true
  if has sshpass; then
    attempt "sshpass" gives "$account" sshpass -p pass-word "$program" "${ssh_options[@]}" -p "$sshd_port" -i none "$account@127.0.0.1" id -un
  fi
}

# --- programs that call ssh

callers() {
  cat >"$scratch/ssh" <<END_OF_SCRIPT
#!/bin/sh
exec '$program' -F none -o 'UserKnownHostsFile=$scratch/known_hosts' -o GlobalKnownHostsFile=none \
  -p $sshd_port -i '$scratch/id_ed25519' "\$@"
END_OF_SCRIPT
  chmod +x "$scratch/ssh"
  if has sftp; then attempt "sftp -S" sftp_put; else skip "sftp -S" "there is no sftp"; fi
  if has scp; then attempt "scp -S" scp_both_ways; else skip "scp -S" "there is no scp"; fi
  if has rsync; then attempt "rsync -e" rsync_tree; else skip "rsync -e" "there is no rsync"; fi
  if has git; then attempt "git" git_clone_and_push; else skip "git" "there is no git"; fi
}

sftp_put() {
  echo "put $scratch/data $scratch/by_sftp" | sftp -q -S "$scratch/ssh" -b - 127.0.0.1 && cmp "$scratch/data" "$scratch/by_sftp"
}

scp_both_ways() {
  scp -q -S "$scratch/ssh" "$scratch/data" "127.0.0.1:$scratch/by_scp" &&
    scp -q -O -S "$scratch/ssh" "127.0.0.1:$scratch/by_scp" "$scratch/back" && cmp "$scratch/data" "$scratch/back"
}

rsync_tree() {
  rsync -a -e "$scratch/ssh" include/ "127.0.0.1:$scratch/by_rsync/" && diff -r include "$scratch/by_rsync"
}

git_clone_and_push() {
  local git=(git -c user.name=x -c user.email=x@example.org -c init.defaultBranch=main)
  "${git[@]}" init -q --bare "$scratch/repository.git" &&
    GIT_SSH_COMMAND=$scratch/ssh git clone -q "127.0.0.1:$scratch/repository.git" "$scratch/clone" &&
    cp include/amiko/base/*.hpp "$scratch/clone" && cd "$scratch/clone" && git add . &&
    "${git[@]}" commit -q -m x && GIT_SSH_COMMAND=$scratch/ssh git push -q origin HEAD:main &&
    git -C "$scratch/repository.git" cat-file -e main:bytes.hpp
}

if [[ ! -x $program ]] || ! has ssh-keygen || ! has python3; then
  echo "amiko-ssh: skipped: no amiko-ssh was built, or ssh-keygen or python3 is missing"
  echo "0 passed, 0 failed"
  exit
fi
options
allowed=("AllowUsers amikodemo$$" "PasswordAuthentication yes" "AcceptEnv AMIKO_*" "Subsystem sftp internal-sftp")
if start_sshd "$scratch" "${allowed[@]}"; then
  chmod 711 "$scratch"
  chmod 644 "$scratch/authorized_keys"
  commands
  messages
  host_keys
  terminals
  passwords
  callers
else
  skip "everything that needs a server" "there is none"
fi

report
