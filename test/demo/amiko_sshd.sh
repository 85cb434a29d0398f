#!/usr/bin/env bash
# amiko - runs amiko-sshd with the clients that are installed: ssh, plink, dbclient, amiko-ssh, sftp.
# AMIKO_SSHD and AMIKO_SSH name the programs; without them those that were built last.  Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2034,SC2094,SC2154  # the other side expands; start_server sets its variables
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh
suite="amiko-sshd"
# shellcheck source=../common/shell_tests.sh
source test/common/shell_tests.sh
invisible='\r'

built_program=$(realpath "${AMIKO_SSHD:-$(built amiko-sshd)}" 2>/dev/null)
amiko_ssh=$(realpath "${AMIKO_SSH:-$(built amiko-ssh)}" 2>/dev/null)
program=$scratch/amiko-sshd
user=$(id -un)
account=
server_pid=
port=

cleanup() {
  stop_server
  if [[ -n $account ]]; then userdel -r "$account" 2>/dev/null; fi
  rm -rf "$scratch"
}
trap cleanup EXIT

explain_failure() {
  tail -n 30 "$scratch/log"
  if [[ -f $scratch/server.log ]]; then tail -n 8 "$scratch/server.log" | sed 's/^/  server: /'; fi
}

# logs TEXT: the server writes that to its log, now or soon.
logs() {
  local i
  for ((i = 0; i < 100; ++i)); do
    if grep -qF -e "$1" "$scratch/server.log"; then return 0; fi
    sleep 0.05
  done
  echo "not in the log: $1"
  return 1
}

# --- servers

# start_server [LINE ...]: with these lines of configuration before the usual ones.
start_server() {
  stop_server
  local attempt i
  printf '%s\n' "$@" >"$scratch/config"
  { usual_config; printf '%s\n' "${block[@]}"; } >>"$scratch/config"
  for attempt in 1 2 3 4 5; do
    port=$(free_port) || return 1
    : >"$scratch/server.log"
    "${as_user[@]}" "$program" -D -e -f "$scratch/config" -p "$port" 2>"$scratch/server.log" &
    server_pid=$!
    for ((i = 0; i < 200; ++i)); do
      if grep -q '^Server listening on 127.0.0.1' "$scratch/server.log"; then
        printf '[127.0.0.1]:%s %s\n' "$port" "$(cut -d' ' -f1,2 "$scratch/host_key.pub")" >"$scratch/known_hosts"
        return 0
      fi
      kill -0 "$server_pid" 2>/dev/null || break
      sleep 0.05
    done
    stop_server
    grep -q 'address is in use' "$scratch/server.log" || break
  done
  cat "$scratch/server.log"
  return 1
}
as_user=()
host_key=
block=()  # lines behind all others: a Match block

stop_server() {
  [[ -n ${server_pid:-} ]] || return 0
  kill "$server_pid" 2>/dev/null
  wait "$server_pid" 2>/dev/null
  server_pid=
}

usual_config() {
  cat <<END
ListenAddress 127.0.0.1
HostKey ${host_key:-$scratch/host_key}
AuthorizedKeysFile $scratch/authorized_keys
PasswordFile $scratch/passwords
PermitRootLogin yes
StrictModes no
PerSourcePenalties no
MaxStartups 100
PidFile none
LogLevel VERBOSE
END
}

make_keys() {
  local type
  ssh-keygen -q -t ed25519 -N '' -C host -f "$scratch/host_key" || return 1
  for type in ed25519 ecdsa-256 ecdsa-384 ecdsa-521 rsa-2048; do
    ssh-keygen -q -t "${type%-*}" -b "${type#*-}" -N '' -C "$type" -f "$scratch/id_$type" 2>/dev/null ||
      ssh-keygen -q -t "${type%-*}" -N '' -C "$type" -f "$scratch/id_$type" || return 1
  done
  cat "$scratch"/id_*.pub >"$scratch/authorized_keys"
  echo "$user:$(echo pass-word | "$program" --hash-password)" >"$scratch/passwords"
  chmod 600 "$scratch/passwords"
}

# --- clients

options=(-F none -o GlobalKnownHostsFile=none -o IdentitiesOnly=yes -o "UserKnownHostsFile=$scratch/known_hosts"
  -o LogLevel=ERROR)
by_key=(-i "$scratch/id_ed25519" -o PreferredAuthentications=publickey)
by_ssh() { timeout 120 ssh "${options[@]}" -p "$port" "$@"; }
by_amiko() { timeout 120 "$amiko_ssh" "${options[@]}" -p "$port" "$@"; }
with_key() { by_ssh "${by_key[@]}" "$user@127.0.0.1" "$@"; }
with_password() {
  timeout 60 sshpass -p "$1" ssh "${options[@]}" -p "$port" -i none -o PreferredAuthentications="$2" \
    -o NumberOfPasswordPrompts=1 "$user@127.0.0.1" "${@:3}"
}
by_plink() {
  timeout 120 plink -ssh -batch -P "$port" -l "$user" \
    -hostkey "$(ssh-keygen -lf "$scratch/host_key.pub" | cut -d' ' -f2)" "$@"
}
by_dbclient() { HOME=$scratch timeout 120 dbclient -y -p "$port" -l "$user" "$@"; }

# through_pipes LINE ... -- ARGUMENT ...: ssh over a pair of pipes to a server of its own ("sshd -i").
# With first=(OPTION ...) these go before all others; login is the name to use.
first=()
login=
through_pipes() {
  : >"$scratch/inetd_config"
  while [[ $1 != -- ]]; do
    printf '%s\n' "$1" >>"$scratch/inetd_config"
    shift
  done
  shift
  { usual_config; printf '%s\n' "${block[@]}"; } >>"$scratch/inetd_config"
  timeout 120 ssh "${first[@]}" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "${options[@]}" \
    "${by_key[@]}" -o "ProxyCommand=$program -i -E $scratch/server.log -f $scratch/inetd_config" \
    "${login:-$user}@pipes" "$@"
}

# keyed OPTIONS ARGUMENT ...: the key's line in authorized_keys has these options.
keyed() {
  local line
  line="$1 $(cat "$scratch/id_ed25519.pub")"
  printf '# comment\nno key at all\n%s\n' "$line" >"$scratch/restricted"
  through_pipes "AuthorizedKeysFile $scratch/restricted" "PermitUserEnvironment yes" -- "${@:2}"
}

# on_terminal STEPS COMMAND ...
on_terminal() {
  printf '%s\n' "$1" >"$scratch/steps"
  TERM=vt220 timeout 120 python3 "$here/on_terminal.py" "$scratch/steps" "${@:2}"
}

# --- what needs no client

command_line() {
  local config=$scratch/config key=$scratch/host_key
  usual_config >"$config"
  attempt "-V" says "amiko-sshd " "$program" -V
  attempt "an unknown option" says "unknown option -- x" "$program" -x
  attempt "-t" exits 0 "$program" -t -f "$config"
  attempt "-T" grep -qx "maxauthtries 6" <("$program" -T -f "$config")
  attempt "the first value wins" grep -qx "maxauthtries 2" \
    <("$program" -T -f none -o MaxAuthTries=2 -o "MaxAuthTries 3")
  attempt "a missing configuration" says "$scratch/none: No such file" "$program" -t -f "$scratch/none"
  attempt "an unknown keyword, with file and line" bad_line "Blubber 3" "line 1: Bad configuration option: Blubber"
  attempt "a bad value, with file and line" bad_line "PermitTTY perhaps" 'line 1: PermitTTY: bad yes/no argument "perhaps"'
  attempt "a missing value" bad_line "MaxAuthTries" "line 1: MaxAuthTries: missing argument"
  attempt "an open quote" bad_line 'Banner "x' "line 1: Banner: no closing quote"
  attempt "an unknown cipher" bad_line "Ciphers aes-none" 'none of these algorithms is known: aes-none'
  attempt "what would be unsafe to pass over" bad_line "RevokedKeys /x" "unsafe to pass it over"
  attempt "bad AuthenticationMethods" bad_line "AuthenticationMethods blubber" "blubber"
  attempt "bad MaxStartups" bad_line "MaxStartups x" "MaxStartups"
  attempt "an unknown algorithm is told" bad_line "Ciphers rot13,aes256-ctr" "line 1: Ciphers: there is no algorithm rot13 here; it is left out"
  attempt "what is passed over is told" bad_line "UsePAM yes" "line 1: UsePAM is not supported yet and passed over"
  attempt "a missing host key" says "Unable to load host key \"$scratch/none\": No such file" \
    "$program" -t -f none -h "$scratch/none"
  cp "$key" "$scratch/open_key"
  chmod 644 "$scratch/open_key"
  attempt "a host key that others can read" says \
    "Unable to load host key \"$scratch/open_key\": bad permissions 0644" "$program" -t -f none -h "$scratch/open_key"
  echo rubbish >"$scratch/rubbish"
  chmod 600 "$scratch/rubbish"
  attempt "a host key that is none" says "Unable to load host key \"$scratch/rubbish\"" \
    "$program" -t -f none -h "$scratch/rubbish"
  attempt "--hash-password" grep -qE '^\$argon2id\$v=19\$' <(echo x | "$program" --hash-password)
  attempt "--hash-password of nothing" exits 1 "$program" --hash-password </dev/null
}

bad_line() {
  { echo "$1"; usual_config; } >"$scratch/bad_config"
  says "$2" "$program" -t -f "$scratch/bad_config"
}

# bad_block TEXT LINE ...: with these lines behind all others -t says the text.
bad_block() {
  { usual_config; printf '%s\n' "${@:2}"; } >"$scratch/bad_config"
  says "$1" "$program" -t -f "$scratch/bad_config"
}

# shown_for LINE SPECIFICATION ...: -T with that -C shows the line.
shown_for() {
  "$program" -T -f "$scratch/match_config" "${@:2}" >"$scratch/shown" || return
  grep -qxF -e "$1" "$scratch/shown" || { cat "$scratch/shown"; return 1; }
}

matching() {
  attempt "Match: nothing" bad_block "needs criteria" "Match"
  attempt "Match: a criterion without a value" bad_block 'the criterion "User" needs a value' "Match User"
  attempt "Match: a criterion that nobody knows" bad_block 'unsupported criterion "colour"' "Match colour red"
  attempt "Match: all and another" bad_block "cannot be combined" "Match all User x"
  attempt "Match: no block of addresses" bad_block '"10.0.0.0/33" is no block' "Match Address 10.0.0.0/33"
  attempt "Match: bits behind the mask" bad_block '"10.0.1.0/8" has bits behind its mask' "Match LocalAddress 10.0.1.0/8"
  attempt "Match: no port" bad_block 'bad number "x"' "Match LocalPort 22,x"
  attempt "Match: with file and line" bad_block "bad_config line $(usual_config | wc -l | xargs -I{} expr {} + 1): Match" "Match x y"
  attempt "Match: what is for all" bad_block "Port: not allowed within a Match block" "Match User x" "Port 22"
  attempt "Match: a bad value below it" bad_block 'bad yes/no argument "perhaps"' "Match User x" "PermitTTY perhaps"
  attempt "Match: bad methods below it" bad_block "blubber" "Match User x" "AuthenticationMethods blubber"
  attempt "Match: an unknown keyword below it" bad_block "Bad configuration option: Blubber" "Match User x" "Blubber 3"
  attempt "Match: not on the command line" says "not on the command line" "$program" -t -f none -o "Match User x"
  attempt "-C: nonsense" says "Invalid test mode specification" "$program" -T -f none -C colour=red
  attempt "AllowUsers: no block of addresses" bad_line "AllowUsers x@10.0.0.0/8/9" "is no block"
  { usual_config; cat <<'END'
MaxAuthTries 4
AcceptEnv ALL
Match User bob,ali*,!alice Address 10.0.0.0/8,192.0.2.1
  MaxAuthTries 2
  AcceptEnv BOB
Match User bob
  MaxAuthTries 3
  AcceptEnv BOTH
  PermitTTY no
Match Group root LocalPort 2222,2223
  MaxSessions 1
Match LocalAddress 192.0.2.0/24 Host *.example.org
  ForceCommand echo local
Match all
  ClientAliveInterval 7
END
  } >"$scratch/match_config"
  attempt "Match: nobody" shown_for "maxauthtries 4"
  attempt "Match: somebody else" shown_for "maxauthtries 4" -C user=robert,addr=10.1.2.3
  attempt "Match: all" shown_for "clientaliveinterval 7" -C user=robert,addr=10.1.2.3
  attempt "Match: without anybody not even all" shown_for "clientaliveinterval 0"
  attempt "Match: user and address" shown_for "maxauthtries 2" -C user=bob,addr=10.1.2.3
  attempt "Match: another address" shown_for "maxauthtries 2" -C user=alina,addr=192.0.2.1
  attempt "Match: the first block wins" shown_for "permittty no" -C user=bob,addr=10.1.2.3
  attempt "Match: lists of all blocks" shown_for "acceptenv BOTH" -C user=bob,addr=10.1.2.3
  attempt "Match: in place of those outside" not shown_for "acceptenv ALL" -C user=bob,addr=10.1.2.3
  attempt "Match: the user alone" shown_for "maxauthtries 3" -C user=bob,addr=11.1.2.3
  attempt "Match: a negated user" shown_for "maxauthtries 4" -C user=alice,addr=10.1.2.3
  attempt "Match: group and port" shown_for "maxsessions 1" -C user=root,lport=2223
  attempt "Match: another port" shown_for "maxsessions 10" -C user=root,lport=2224
  attempt "Match: another group" shown_for "maxsessions 10" -C user=bob,lport=2223
  attempt "Match: local address and host" shown_for "forcecommand echo local" -C laddr=192.0.2.9,host=A.example.org
  attempt "Match: another host" shown_for "forcecommand none" -C laddr=192.0.2.9,host=a.example.com
  block=("Match User nobody-like-this" "PubkeyAuthentication no" "Match User $user" "ForceCommand echo matched"
    "AcceptEnv AMIKO_A" "PermitTTY no")
  attempt "Match: a login" gives matched through_pipes -- true
  attempt "Match: PermitTTY" says "PTY allocation request failed" through_pipes -- -tt true
  block=("Match User $user" "AuthenticationMethods publickey,password")
  attempt "Match: AuthenticationMethods" says "Permission denied (password" through_pipes -- -o BatchMode=yes true
  block=("Match User $user" "PubkeyAuthentication no")
  attempt "Match: PubkeyAuthentication" not through_pipes -- -o BatchMode=yes true
  block=("Match User $user" "AuthorizedKeysFile none")
  attempt "Match: AuthorizedKeysFile" not through_pipes -- -o BatchMode=yes true
  block=("Match User $user" "DenyUsers $user")
  attempt "Match: DenyUsers" not through_pipes -- -o BatchMode=yes true
  block=("Match Group $(id -gn)" "SetEnv X=group" "AcceptEnv AMIKO_A")
  AMIKO_A=a AMIKO_B=b attempt "Match: a group's login" gives "group,a," through_pipes "AcceptEnv AMIKO_B" -- \
    -o SendEnv='AMIKO_*' 'echo $X,$AMIKO_A,$AMIKO_B'
  printf 'Welcome, %s\n' "$user" >"$scratch/own_banner"
  block=("Match User $user" "Banner $scratch/own_banner")
  first=(-o LogLevel=INFO)
  attempt "Match: Banner" says "Welcome, $user" through_pipes "Banner /no/such/file" -- true
  first=()
  block=("Match Address 192.0.2.0/24" "ForceCommand echo elsewhere" "Match Address 127.0.0.0/8 LocalAddress 127.0.0.1"
    "ForceCommand echo here" "Match User $user" "MaxSessions 0")
  start_server || return
  attempt "Match: by address" not with_key true
  block=("${block[@]:0:4}")
  start_server || return
  attempt "Match: by local address" gives here with_key true
  block=()
  stop_server
}

running() {
  attempt "a port in use" says "address is in use: 127.0.0.1 port $port" \
    "$program" -D -e -f "$scratch/config" -p "$port"
  attempt "in the background: a port in use" exits 255 "$program" -f "$scratch/config" -p "$port"
  attempt "in the background: pid file, SIGTERM" background
  attempt "-d serves one and ends" one_only
  attempt "SIGHUP reads the configuration again" reload
  attempt "SIGHUP with a bad configuration changes nothing" bad_reload
}

background() {
  local other pid
  other=$(free_port)
  rm -f "$scratch/pid"
  "$program" -f "$scratch/config" -p "$other" -E "$scratch/background.log" -o "PidFile=$scratch/pid" || return 1
  pid=$(cat "$scratch/pid") || return 1
  ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "${by_key[@]}" -p "$other" \
    "$user@127.0.0.1" true || return 1
  kill "$pid"
  eventually test ! -e "$scratch/pid" && eventually not kill -0 "$pid" &&
    grep -q 'Received signal 15; terminating.' "$scratch/background.log"
}
not() { ! "$@"; }

one_only() {
  local other pid
  other=$(free_port)
  "$program" -d -f "$scratch/config" -p "$other" 2>"$scratch/debug.log" &
  pid=$!
  eventually grep -q 'Server listening' "$scratch/debug.log" || return 1
  ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "${by_key[@]}" -p "$other" \
    "$user@127.0.0.1" true || return 1
  wait "$pid" && grep -q '^debug1: ' "$scratch/debug.log"
}

reload() {
  gives "" with_key 'echo $AMIKO_A' || return 1
  echo "SetEnv AMIKO_A=new" >>"$scratch/config"
  kill -HUP "$server_pid"
  logs "Received SIGHUP" && eventually gives new with_key 'echo $AMIKO_A'
}

bad_reload() {
  echo "Blubber" >>"$scratch/config"
  kill -HUP "$server_pid"
  logs "The old configuration stays: $scratch/config line" && gives new with_key 'echo $AMIKO_A'
}

# --- each client

# client NAME COMMAND ...: the command runs what comes behind it over there.
client() {
  local name=$1
  shift
  attempt "$name: output" gives "a b" "$@" echo a b
  attempt "$name: exit status" exits 7 "$@" exit 7
  attempt "$name: standard error" says "to-stderr" "$@" 'echo to-stderr >&2'
  attempt "$name: input" echoed 100000 "$@"
  attempt "$name: 64 MiB both ways" echoed 64M "$@"
}

# echoed SIZE COMMAND ...
echoed() {
  head -c "$1" "$scratch/data" >"$scratch/part"
  "${@:2}" cat <"$scratch/part" | cmp - "$scratch/part"
}

clients() {
  local type
  client "ssh" with_key
  for type in ed25519 ecdsa-256 ecdsa-384 ecdsa-521 rsa-2048; do
    attempt "ssh: key $type" gives ok by_ssh -i "$scratch/id_$type" -o PreferredAuthentications=publickey \
      "$user@127.0.0.1" echo ok
    attempt "amiko-ssh: key $type" gives ok by_amiko -i "$scratch/id_$type" "$user@127.0.0.1" echo ok
  done
  attempt "ssh: ended by a signal" exits 255 with_key 'kill -TERM $$'
  client "amiko-ssh" by_amiko -i "$scratch/id_ed25519" "$user@127.0.0.1"
  attempt "amiko-ssh: ended by a signal" says "signal TERM" by_amiko -v -i "$scratch/id_ed25519" "$user@127.0.0.1" 'kill -TERM $$'
  if has sshpass; then
    attempt "ssh: password" gives ok with_password pass-word password echo ok
    attempt "ssh: keyboard-interactive" gives ok with_password pass-word keyboard-interactive echo ok
    attempt "ssh: wrong password" not with_password wrong password true
    attempt "ssh: wrong answer" not with_password wrong keyboard-interactive true
    attempt "a wrong password is logged" logs "Failed password for $user from 127.0.0.1 port"
    attempt "amiko-ssh: password" gives ok timeout 60 sshpass -p pass-word "$amiko_ssh" "${options[@]}" -p "$port" \
      -i none "$user@127.0.0.1" echo ok
  else
    skip "passwords" "there is no sshpass"
  fi
  attempt "a login is logged" logs "Accepted publickey for $user from 127.0.0.1 port"
  plink_client
  dbclient_client
}

plink_client() {
  has plink && has puttygen || { skip "plink" "it is not installed"; return; }
  puttygen "$scratch/id_ed25519" -O private -o "$scratch/id.ppk" || return
  client "plink" by_plink -i "$scratch/id.ppk" 127.0.0.1
  attempt "plink: password" gives ok by_plink -pw pass-word 127.0.0.1 echo ok
  attempt "plink: compression" gives ok by_plink -C -i "$scratch/id.ppk" 127.0.0.1 echo ok
}

dbclient_client() {
  has dbclient || { skip "dbclient" "it is not installed"; return; }
  HOME=$scratch DROPBEAR_PASSWORD=pass-word attempt "dbclient: password" gives ok by_dbclient 127.0.0.1 echo ok
  local converter
  converter=$(command -v dropbearconvert) || converter=/usr/lib/dropbear/dropbearconvert
  [[ -x $converter ]] || { skip "dbclient: key" "there is no dropbearconvert"; return; }
  "$converter" openssh dropbear "$scratch/id_ed25519" "$scratch/id.db" 2>/dev/null
  client "dbclient" by_dbclient -i "$scratch/id.db" 127.0.0.1
}

algorithms() {
  attempt "re-key by the client" rekeyed_by_client
  attempt "re-key by the server" rekeyed_by_server
  attempt "compression" compressed
  attempt "64 MiB through a slow pipe" slow_reader
  attempt "20 connections at a time" crowd
}

rekeyed_by_client() {
  by_ssh "${by_key[@]}" -o RekeyLimit=4M -v "$user@127.0.0.1" cat <"$scratch/data" 2>"$scratch/rekey" |
    cmp - "$scratch/data" && (($(grep -c 'NEWKEYS sent' "$scratch/rekey") > 4))
}
rekeyed_by_server() {
  through_pipes "RekeyLimit 4M" -- -v cat <"$scratch/data" 2>"$scratch/rekey" | cmp - "$scratch/data" &&
    (($(grep -c 'NEWKEYS sent' "$scratch/rekey") > 4))
}
compressed() {
  by_ssh "${by_key[@]}" -C -v "$user@127.0.0.1" cat <"$scratch/data" 2>"$scratch/compressed" | cmp - "$scratch/data" &&
    grep -q 'compression: zlib@openssh.com' "$scratch/compressed"
}
slow_reader() { with_key cat <"$scratch/data" | (sleep 1; dd bs=1M status=none) | cmp - "$scratch/data"; }
crowd() {
  local i pids=()
  for ((i = 0; i < 20; ++i)); do
    with_key "echo $i" >"$scratch/crowd.$i" &
    pids+=($!)
  done
  wait "${pids[@]}"
  for ((i = 0; i < 20; ++i)); do [[ $(cat "$scratch/crowd.$i") == "$i" ]] || return 1; done
}

# --- terminals

# "started" comes a moment after the start, since dash forgets a ^C that comes right before it becomes its last command.
steps_of_shell() {
  cat <<'END_OF_STEPS'
send PS1=ready\\>; stty size\n
expect 24 80
expect ready>
resize 40 100
send until test "$(stty size)" = "40 1""00"; do sleep 0.1; done; stty size\n
expect 40 100
expect ready>
send tty; echo $TERM\n
expect /dev/pts/
expect vt220
expect ready>
send sh -c '(sleep 0.3; echo "started" one) & exec sleep 1000'\n
expect started one
send \x03
expect ready>
send sh -c '(sleep 0.3; echo "started" two) & exec sleep 1000'\n
expect started two
send \x1a
expect topped
expect ready>
send fg\n
expect sleep 1000
send \x03
expect ready>
send echo $((40+2)); exit 5\n
expect 42
END_OF_STEPS
}

steps_of_vi() {
  cat <<'END_OF_STEPS'
expect ~
send ihello\x1b:w
send q\r
END_OF_STEPS
}

terminals() {
  has python3 || { skip "terminals" "there is no python3"; return; }
  local ssh=(ssh "${options[@]}" -p "$port" "${by_key[@]}" "$user@127.0.0.1")
  local amiko=("$amiko_ssh" "${options[@]}" -p "$port" -i "$scratch/id_ed25519" "$user@127.0.0.1")
  attempt "ssh: shell, size, job control, interrupt" exits 5 on_terminal "$(steps_of_shell)" "${ssh[@]}" -t sh -i
  attempt "amiko-ssh: shell, size, job control, interrupt" exits 5 on_terminal "$(steps_of_shell)" "${amiko[@]}" -t sh -i
  attempt "a login shell" exits 3 on_terminal $'send echo $0 is-here; exit 3\\n\nexpect -' "${ssh[@]}"
  attempt "-tt without a local terminal" gives "yes" with_key -tt 'test -t 0 && echo yes'
  attempt "the terminal's modes" terminal_modes
  if has vi; then
    attempt "vi opens, writes and quits" exits 0 on_terminal "$(steps_of_vi)" "${ssh[@]}" -t "vi -u NONE $scratch/written"
    attempt "what vi wrote" gives hello cat "$scratch/written"
  else
    skip "vi" "it is not installed"
  fi
  attempt "a client that goes away takes the programs along" vanish -tt
  attempt "the same without a terminal" vanish -T
}

terminal_modes() {
  on_terminal "expect intr = ^B" sh -c 'stty intr ^B; "$@"; stty intr ^C' sh ssh "${options[@]}" -p "$port" \
    "${by_key[@]}" -t "$user@127.0.0.1" stty -a
}

# vanish OPTION: a client that is killed; what ran for it ends too.
vanish() {
  local pid remote
  rm -f "$scratch/remote"
  : >"$scratch/remote"
  chmod 666 "$scratch/remote"
  ssh "${options[@]}" -p "$port" "${by_key[@]}" "$1" "$user@127.0.0.1" "echo \$\$ >$scratch/remote; sleep 1000" </dev/null &
  pid=$!
  eventually test -s "$scratch/remote" || return 1
  remote=$(cat "$scratch/remote")
  kill -KILL "$pid"
  wait "$pid"
  eventually not kill -0 "$remote"
}

# --- what is permitted

permissions() {
  usual_config >"$scratch/inetd_config"
  attempt "over pipes, another protocol" exits 255 other_protocol
  attempt "over pipes" gives "UNKNOWN 65535 UNKNOWN 65535" through_pipes -- 'echo $SSH_CONNECTION'
  AMIKO_A=a AMIKO_B=b attempt "AcceptEnv" gives "a,,c" through_pipes "AcceptEnv AMIKO_A X_*" -- -o SendEnv='AMIKO_*' \
    -o SetEnv=X_C=c 'echo $AMIKO_A,$AMIKO_B,$X_C'
  attempt "SetEnv" gives "a b" through_pipes 'SetEnv "X=a b"' -- 'echo $X'
  attempt "the environment" environment
  attempt "ForceCommand" gives "forced, not what" through_pipes 'ForceCommand echo forced, not $SSH_ORIGINAL_COMMAND' -- what
  attempt "PermitTTY no" says "PTY allocation request failed" through_pipes "PermitTTY no" -- -tt true
  attempt "DenyUsers" not through_pipes "DenyUsers x $user" -- true
  attempt "DenyUsers is logged" logs "not allowed because listed in DenyUsers"
  attempt "AllowUsers with others" not through_pipes "AllowUsers nobody-like-this" -- true
  attempt "AllowUsers with the user" exits 0 through_pipes "AllowUsers x ${user:0:2}*" -- true
  attempt "AllowGroups" exits 0 through_pipes "AllowGroups $(id -gn)" -- true
  attempt "DenyGroups" not through_pipes "DenyGroups $(id -gn)" -- true
  attempt "PubkeyAuthentication no" not through_pipes "PubkeyAuthentication no" -- -o BatchMode=yes true
  block=("Match all" "PubkeyAuthentication no")
  attempt "Match all goes first" not through_pipes "PubkeyAuthentication yes" -- -o BatchMode=yes true
  block=()
  attempt "AuthenticationMethods" says "Permission denied (password" \
    through_pipes "AuthenticationMethods publickey,password" -- -o BatchMode=yes true
  printf 'Welcome, stranger\n' >"$scratch/banner"
  first=(-o LogLevel=INFO)
  attempt "Banner" says "Welcome, stranger" through_pipes "Banner $scratch/banner" -- true
  first=()
  attempt "AuthorizedKeysFile with tokens, several" several_files
  login=$user:style
  attempt "a user with a style" gives "$user" through_pipes -- 'echo $USER'
  login=nobody-like-this
  attempt "a user that does not exist" not through_pipes -- -o BatchMode=yes true
  attempt "a user that does not exist, logged" logs "Invalid user nobody-like-this"
  login=
  attempt "a user of nonsense" not amiko_as '../..%s$(x) '
  attempt "a user of nonsense, logged" logs 'Invalid user ../..%s$(x)  from UNKNOWN'
  attempt "a user with control bytes" not amiko_as $'x\x07\x1b[2J'
  if ((EUID == 0)); then
    attempt "PermitRootLogin no" not through_pipes "PermitRootLogin no" -- true
    attempt "PermitRootLogin prohibit-password" exits 0 through_pipes "PermitRootLogin prohibit-password" -- true
    attempt "PermitRootLogin forced-commands-only" not through_pipes "PermitRootLogin forced-commands-only" -- true
    attempt "the same with a command" gives "forced" \
      through_pipes "PermitRootLogin forced-commands-only" "ForceCommand echo forced" -- true
  fi
  subsystems
  strict_modes
}

other_protocol() { echo "SSH-1.5-HALLO" | "$program" -i -E "$scratch/server.log" -f "$scratch/inetd_config"; }

# amiko_as USER: amiko-ssh, which sends any name.
amiko_as() {
  timeout 60 "$amiko_ssh" -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "${by_key[@]}" \
    -o BatchMode=yes -l "$1" -o "ProxyCommand=$program -i -E $scratch/server.log -f $scratch/inetd_config" pipes true
}

environment() {
  local home
  home=$(getent passwd "$user" | cut -d: -f6)
  gives "$user $user $home $home" through_pipes -- 'echo $USER $LOGNAME $HOME $(pwd)'
}

several_files() {
  mkdir -p "$scratch/keys" && cp "$scratch/authorized_keys" "$scratch/keys/$user%" &&
    through_pipes "AuthorizedKeysFile .ssh/not-there $scratch/keys/%u%%" -- true
}

subsystems() {
  local server=/usr/lib/openssh/sftp-server
  attempt "a subsystem that is not there" not through_pipes -- -s blubber
  attempt "a subsystem" gives "sub $user" through_pipes 'Subsystem hello echo sub $USER' -- -s hello
  if has sftp; then
    attempt "internal-sftp" sftp_both_ways internal-sftp
  else
    skip "internal-sftp" "there is no sftp"
  fi
  if has sftp && [[ -x $server ]]; then
    attempt "sftp" sftp_both_ways "$server"
  else
    skip "sftp" "there is no sftp or no $server"
  fi
}

sftp_both_ways() {
  { echo "Subsystem sftp $1"; usual_config; } >"$scratch/sftp_config"
  printf 'put %s %s\nget %s %s\n' "$scratch/data" "$scratch/there" "$scratch/there" "$scratch/back" |
    sftp -q -F none -b - -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "${by_key[@]}" \
      -o "ProxyCommand=$program -i -f $scratch/sftp_config" "$user@pipes" && cmp "$scratch/data" "$scratch/back"
}

strict_modes() {
  mkdir -p "$scratch/strict"
  chmod 755 "$scratch/strict"
  cp "$scratch/authorized_keys" "$scratch/strict/keys"
  chmod 666 "$scratch/strict/keys"
  local strict=("StrictModes yes" "AuthorizedKeysFile $scratch/strict/keys")
  attempt "StrictModes: a file that others can write" not through_pipes "${strict[@]}" -- -o BatchMode=yes true
  attempt "StrictModes is logged" logs "Authentication refused: bad ownership or modes for file"
  chmod 600 "$scratch/strict/keys"
  chmod 777 "$scratch/strict"
  attempt "StrictModes: a directory that others can write" not through_pipes "${strict[@]}" -- -o BatchMode=yes true
  chmod 755 "$scratch/strict"
}

keys_with_options() {
  attempt "bad lines do not spoil the others" gives ok keyed "" echo ok
  attempt "command=" gives "mine: what" keyed 'command="echo mine: $SSH_ORIGINAL_COMMAND"' what
  attempt "command= for a shell" gives "mine" keyed 'command="echo mine"' -T
  attempt "no-pty" says "PTY allocation request failed" keyed no-pty -tt true
  attempt "restrict" says "PTY allocation request failed" keyed restrict -tt true
  attempt "restrict,pty" exits 0 keyed restrict,pty -tt true
  attempt "environment=" gives "b c" keyed 'environment="AMIKO_K=b c"' 'echo $AMIKO_K'
  attempt "expiry-time in the past" not keyed 'expiry-time="20200101"' -o BatchMode=yes true
  attempt "expiry-time in the future" exits 0 keyed 'expiry-time="20991231"' true
  attempt "from= without an address" not keyed 'from="127.0.0.1"' -o BatchMode=yes true
  attempt "an unknown option" not keyed 'blubber="x"' -o BatchMode=yes true
  printf 'from="127.0.0.1" %s\n' "$(cat "$scratch/id_rsa-2048.pub")" >"$scratch/authorized_keys"
  printf 'from="!127.0.0.1,*" %s\n' "$(cat "$scratch/id_ecdsa-256.pub")" >>"$scratch/authorized_keys"
  attempt "from= with the address" exits 0 by_ssh -i "$scratch/id_rsa-2048" "$user@127.0.0.1" true
  attempt "from= with another one" not by_ssh -i "$scratch/id_ecdsa-256" -o BatchMode=yes "$user@127.0.0.1" true
  cat "$scratch"/id_*.pub >"$scratch/authorized_keys"
}

limits() {
  attempt "MaxAuthTries" too_many_tries
  attempt "LoginGraceTime" login_grace
  attempt "ClientAliveInterval" alive
  attempt "MaxSessions" sessions
}

steps_of_guessing() {
  cat <<'END_OF_STEPS'
expect password:
hidden
send wrong\n
expect password:
hidden
send wrong\n
expect oo many authentication failures
END_OF_STEPS
}

too_many_tries() {
  start_server "MaxAuthTries 2" || return 1
  exits 255 on_terminal "$(steps_of_guessing)" ssh "${options[@]}" -p "$port" -i none \
    -o PreferredAuthentications=password -o NumberOfPasswordPrompts=6 "$user@127.0.0.1" true &&
    (($(grep -c "Failed password" "$scratch/server.log") == 2))
}

login_grace() {
  start_server "LoginGraceTime 1" || return 1
  exec 9<>"/dev/tcp/127.0.0.1/$port"
  timeout 30 cat <&9 >/dev/null
  local status=$?
  exec 9>&-
  ((status == 0)) && logs "Timeout before authentication for 127.0.0.1"
}

alive() {
  start_server "ClientAliveInterval 1" "ClientAliveCountMax 1" || return 1
  local pid status
  ssh "${options[@]}" -p "$port" "${by_key[@]}" "$user@127.0.0.1" 'sleep 1000' &
  pid=$!
  logs "Starting session" || return 1
  kill -STOP "$pid"
  logs "ended: "
  status=$?
  kill -CONT "$pid"
  wait "$pid"
  return "$status"
}

sessions() {
  start_server "MaxSessions 1" || return 1
  ssh "${options[@]}" -p "$port" "${by_key[@]}" -o ControlMaster=yes -o ControlPath="$scratch/control" -N \
    -f "$user@127.0.0.1" || return 1
  local status=0 pid
  ssh "${options[@]}" -o ControlPath="$scratch/control" "$user@127.0.0.1" 'sleep 3' &
  pid=$!
  sleep 1
  not timeout 20 ssh -v "${options[@]}" -o ControlPath="$scratch/control" -o BatchMode=yes -o IdentityFile=none \
    -p 1 "$user@127.0.0.1" true || { echo "a second session"; status=1; }
  wait "$pid" || { echo "the first session: $?"; status=1; }
  ssh "${options[@]}" -o ControlPath="$scratch/control" -O exit "$user@127.0.0.1" 2>/dev/null
  return "$status"
}

# --- users other than the one who runs this

other_users() {
  if ((EUID != 0)) || ! has useradd || ! has chpasswd || ! has setpriv; then
    skip "other users" "they need an account that only root can make"
    return
  fi
  account=amikosshd$$
  useradd --create-home --shell /bin/sh -G games "$account" && echo "$account:shadow-word" | chpasswd || return
  local home
  home=$(getent passwd "$account" | cut -d: -f6)
  install -d -o "$account" -g "$account" -m 700 "$home/.ssh"
  install -o "$account" -g "$account" -m 600 "$scratch/id_ed25519.pub" "$home/.ssh/authorized_keys"
  user=$account
  start_server "StrictModes yes" "PasswordFile none" "AuthorizedKeysFile .ssh/authorized_keys" || return
  attempt "another user: who" gives "$(id "$account")" with_key id
  attempt "another user: home" gives "$home" with_key pwd
  attempt "another user: terminal" gives "$account tty" with_key -tt 'stat -c "%U %G" $(tty)'
  attempt "another user: a shell with job control" exits 5 on_terminal "$(steps_of_shell)" \
    ssh "${options[@]}" -p "$port" "${by_key[@]}" -t "$user@127.0.0.1" sh -i
  attempt "another user: nothing of root's" not with_key 'cat /etc/shadow'
  attempt "another user: a client that goes away" vanish -T
  if has sshpass; then
    attempt "another user: the shadow password" gives "$account" with_password shadow-word password id -un
    attempt "another user: the same by keyboard-interactive" gives "$account" with_password shadow-word keyboard-interactive id -un
    attempt "another user: a wrong password" not with_password wrong password true
  fi
  expired_password
  chmod 777 "$home/.ssh"
  attempt "another user: StrictModes" not with_key -o BatchMode=yes true
  chmod 700 "$home/.ssh"
  ln -sf /etc/shadow "$home/.ssh/authorized_keys2"
  usermod -L "$account"
  attempt "another user: locked" not with_key -o BatchMode=yes true
  attempt "another user: locked, logged" logs "not allowed because account is locked"
  usermod -U "$account"
  usermod -s /no/such/shell "$account"
  attempt "another user: no shell" not with_key -o BatchMode=yes true
  usermod -s /bin/sh "$account"
  usermod -e 1 "$account"
  attempt "another user: expired" not with_key -o BatchMode=yes true
  usermod -e '' "$account"
  stop_server
  not_root
}

# The password is the first thing to do then, whatever was asked for; who has a key is not concerned.
expired_password() {
  has chage && has sshpass && [[ -x /usr/bin/passwd ]] || { skip "an expired password" "chage, passwd or sshpass is missing"; return; }
  chage -d 0 "$account"
  attempt "an expired password: a key" gives "$account" with_key id -un
  attempt "an expired password: no terminal" says "Password change required but no TTY available" \
    with_password shadow-word password id -un
  attempt "an expired password: it ends with 1" exits 1 with_password shadow-word keyboard-interactive id -un
  attempt "an expired password: a wrong one" not with_password wrong password true
  attempt "an expired password: it is changed" exits 0 on_terminal 'expect password: 
send shadow-word\r
expect Your password has expired.
expect urrent password:
send shadow-word\r
expect ew password:
send Quite-another-7\r
expect ew password:
send Quite-another-7\r' ssh "${options[@]}" -p "$port" -o PubkeyAuthentication=no -o PreferredAuthentications=password \
    -tt "$user@127.0.0.1" id -un
  attempt "an expired password: the new one is good" gives "$account" with_password Quite-another-7 password id -un
  attempt "an expired password: the old one is not" not with_password shadow-word password true
}

# A server that an ordinary user runs, for that user only.
not_root() {
  local own=$scratch/own
  as_user=(setpriv --reuid="$account" --regid="$account" --init-groups env -i PATH=/usr/bin:/bin)
  install -d -o "$account" -m 700 "$own"
  install -o "$account" -m 600 "$scratch/host_key" "$own/host_key"
  echo "$account:$(echo pass-word | "$program" --hash-password)" >"$own/passwords"
  chown "$account" "$own/passwords"
  chmod 600 "$own/passwords"
  attempt "not root: no host key" says "no host keys available" "${as_user[@]}" "$program" -t -f none
  attempt "not root: a host key of root's" says "Unable to load host key" \
    "${as_user[@]}" "$program" -t -f none -h "$scratch/host_key"
  host_key=$own/host_key
  start_server "PasswordFile $own/passwords" "AuthorizedKeysFile .ssh/authorized_keys" || { ((++failed)); echo "amiko-sshd: not root: FAILED"; return; }
  attempt "not root: a key" gives "$(id "$account")" with_key id
  attempt "not root: a terminal" gives "$account" with_key -tt 'stat -c %U $(tty)'
  if has sshpass; then
    attempt "not root: a password" gives "$account" with_password pass-word password id -un
  fi
  user=root
  attempt "not root: nobody else gets in" not with_key -o BatchMode=yes true
  attempt "not root: nobody else, logged" logs "this server runs as another user"
  user=$account
}

for tool in ssh ssh-keygen python3; do
  if ! has "$tool"; then
    echo "amiko-sshd: skipped: there is no $tool"
    echo "0 passed, 0 failed"
    exit
  fi
done
if [[ ! -x $built_program || ! -x $amiko_ssh ]]; then
  echo "amiko-sshd: skipped: no amiko-sshd or amiko-ssh was built"
  echo "0 passed, 0 failed"
  exit
fi
chmod 711 "$scratch"
install -m 755 "$built_program" "$program"
make_keys || exit
head -c 64M /dev/urandom >"$scratch/data"
: >"$scratch/server.log"
parts=(command_line matching clients algorithms terminals permissions keys_with_options running limits other_users)
if (($#)); then parts=("$@"); fi
for part in "${parts[@]}"; do
  case $part in
    clients | algorithms | terminals | keys_with_options | running)
      [[ -n $server_pid ]] || start_server || { ((++failed)); continue; } ;;
  esac
  "$part"
done

report
