#!/usr/bin/env bash
# amiko - calls amiko-bbs with ssh and amiko-ssh: on pipes, on terminals, alone and together.
# AMIKO_BBS names the program to test, AMIKO_SSH the other client; without them those that were built last.
# Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2034  # the other side expands
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh
suite="amiko-bbs"
# shellcheck source=../common/shell_tests.sh
source test/common/shell_tests.sh

program=$(realpath "${AMIKO_BBS:-$(built amiko-bbs)}") || exit
amiko_ssh=${AMIKO_SSH:-$(built amiko-ssh)}
data=$scratch/data
bbs_pid=
bbs_port=

cleanup() {
  if [[ -n $bbs_pid ]]; then kill "$bbs_pid" 2>/dev/null; fi
  rm -rf "$scratch"
}
trap cleanup EXIT

# start_bbs [OPTION ...]: on a port that is free.  Sets bbs_pid and bbs_port.
start_bbs() {
  rm -f "$scratch/out"
  "$program" -p 0 -b 127.0.0.1 -d "$data" -v "$@" >"$scratch/out" 2>"$scratch/bbs.log" &
  bbs_pid=$!
  local i
  for ((i = 0; i < 200; ++i)); do
    bbs_port=$(sed -n 's/.*listening on 127\.0\.0\.1://p' "$scratch/out" 2>/dev/null)
    if [[ -n $bbs_port ]]; then break; fi
    kill -0 "$bbs_pid" 2>/dev/null || break
    sleep 0.05
  done
  [[ -n $bbs_port ]] || { cat "$scratch/out" "$scratch/bbs.log"; return 1; }
  echo "[127.0.0.1]:$bbs_port $(ssh-keygen -y -f "$data/host_key" | cut -d' ' -f1,2)" >"$scratch/known_hosts"
}

# Ends it with a signal; its exit status must be 0.
stop_bbs() {
  kill "-${1:-TERM}" "$bbs_pid" && wait "$bbs_pid"
  local status=$?
  bbs_pid=
  ((status == 0)) || { echo "exit status $status"; cat "$scratch/bbs.log"; return 1; }
}

ssh_options=(-F none -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=none
  -o NumberOfPasswordPrompts=1 -o LogLevel=ERROR)

printf '#!/bin/sh\necho "$BBS_PASSWORD"\n' >"$scratch/askpass"
chmod +x "$scratch/askpass"

# call USER PASSWORD [ARGUMENT ...]: on pipes, what is sent comes from standard input.
call() {
  BBS_PASSWORD=$2 SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force \
    timeout 120 ssh "${ssh_options[@]}" -p "$bbs_port" -o PubkeyAuthentication=no "${@:3}" "$1@127.0.0.1"
}

# on_terminal USER PASSWORD STEPS [ARGUMENT ...]: on a terminal of 80x24, TERM_TYPE (dumb).
on_terminal() {
  local steps
  steps=$(mktemp "$scratch/steps.XXXXXX")
  printf '%s\n' "$3" >"$steps"
  BBS_PASSWORD=$2 SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force TERM=${TERM_TYPE:-dumb} LANG=C.UTF-8 \
    timeout 100 python3 "$here/on_terminal.py" "$steps" "${CLIENT:-ssh}" "${ssh_options[@]}" -p "$bbs_port" \
    -o PubkeyAuthentication=no "${@:4}" "$1@127.0.0.1"
}

# refuses TEXT COMMAND ...: the command fails and writes that.
refuses() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) && { echo "it succeeded: $output"; return 1; }
  [[ $output == *"$text"* ]] || { echo "$output"; return 1; }
}

# --- what needs no caller

command_line() {
  attempt "an unknown option" refuses "unknown option -x" "$program" -x
  attempt "a bad port" refuses 'bad port "65536"' "$program" -p 65536
  attempt "a missing value" refuses "option -d needs an argument" "$program" -d
  attempt "a bad name of a sysop" refuses "reserved" "$program" -d "$scratch/other" -p 0 --sysop robey
  attempt "a data directory that cannot be" refuses "Not a directory" "$program" -d /dev/null/x
  touch "$scratch/no_key"
  chmod 600 "$scratch/no_key"
  attempt "a host key that is none" refuses "no_key" "$program" -d "$scratch/other" -p 0 -h "$scratch/no_key"
  chmod 644 "$scratch/no_key"
  attempt "a host key for all to read" refuses "may be read by others" \
    "$program" -d "$scratch/other" -p 0 -h "$scratch/no_key"
  attempt "--help" grep -q "usage: amiko-bbs" <("$program" --help)
}

used_twice() {
  attempt "a data directory in use" refuses "another amiko-bbs uses it" "$program" -d "$data" -p 0
  attempt "a port in use" refuses "in use" "$program" -d "$scratch/other" -b 127.0.0.1 -p "$bbs_port"
  attempt "the host key is the owner's alone" test "$(stat -c %a "$data/host_key" "$data")" = $'600\n700'
  attempt "the fingerprint is told" \
    grep -qF "$(ssh-keygen -l -f "$data/host_key" | cut -d' ' -f2)" "$scratch/out"
}

# --- 2003

transcript() {
  printf '\r\n\r\nWelcome to my dorky little BBS!\r\n\r\n'
  printf 'We are on fire all the time!  Hooray!  Candy corn for everyone!\r\n'
  printf 'Happy birthday to Robot Dave!\r\n\r\n'
  printf "Username: \r\nI don't like you, %s.\r\n" "$1"
}

# classic INPUT NAME [ARGUMENT ...]
classic() {
  printf '%b' "$1" | call robey foo "${@:3}" >"$scratch/classic" || return
  transcript "$2" | cmp - "$scratch/classic" || { cat -A "$scratch/classic"; return 1; }
}

board_of_2003() {
  attempt "2003, without a terminal" classic 'dave\n' dave -T
  attempt "2003, with a terminal" classic 'dave\r' dave -tt
  attempt "2003, CR LF" classic 'dave bowman\r\n' 'dave bowman' -T
  attempt "2003, no line at all" classic '' '' -T
  attempt "2003, a line without its end" classic 'dave' dave -T
  attempt "2003, wrong password" refuses "Permission denied" call robey bar -T
  attempt "2003, no commands" refuses "exec request failed" run_command robey foo who
  attempt "2003, nothing is echoed" on_terminal robey foo $'expect Username: \nsend secret\\r\nexpect \\r\\nI don\'t like you, secret.'
  attempt "2003, no key will do" refuses "Permission denied (password)" call robey bar -T -o PasswordAuthentication=no
}

run_command() {
  BBS_PASSWORD=$2 SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force \
    timeout 120 ssh "${ssh_options[@]}" -p "$bbs_port" -o PubkeyAuthentication=no "$1@127.0.0.1" "${@:3}"
}

# --- accounts

sign_up_steps() {  # NAME PASSWORD
  cat <<END
expect Your name on the board:
send $1\\r
expect New password:
send $2\\r
expect Once more:
send $2\\r
expect Your choice:
send g
expect Good bye, $1
END
}

accounts() {
  attempt "sign up, the sysop" on_terminal new '' "$(sign_up_steps robot 'secret 123')"
  attempt "sign up, somebody else" on_terminal new '' "$(sign_up_steps alice 'passw0rd')"
  attempt "sign up without a terminal" sign_up_on_pipes
  attempt "sign up, mistakes" on_terminal new '' 'expect Your name on the board:
send x\r
expect A name has 2 to 16
send a b\r
expect begins with a letter
send ROBEY\r
expect reserved
send ALICE\r
expect taken
send carol\r
expect New password:
send short\r
expect at least 8
send carolcarol\r
expect Once more:
send carolcarox\r
expect not the same
send \x03
expect Good bye'
  attempt "passwords are not shown" not_shown
  attempt "a wrong password" refuses "Permission denied" call alice wrong -T
  attempt "somebody who does not exist" refuses "Permission denied" call nobody wrong -T
  attempt "nobody without a password" refuses "Permission denied" call alice '' -T
  attempt "keyboard-interactive" says_menu call alice passw0rd -T -o PreferredAuthentications=keyboard-interactive
  attempt "password" says_menu call alice passw0rd -T -o PreferredAuthentications=password
  attempt "names in capitals" says_menu call ALICE passw0rd -T
  attempt "hashes are kept" grep -aqF 'argon2id$v=19' "$data/bbs.sqlite" "$data/bbs.sqlite-wal"
  attempt "passwords are not kept" fails grep -aqF 'passw0rd' "$data/bbs.sqlite" "$data/bbs.sqlite-wal"
}

fails() { ! "$@"; }

says_menu() { echo g | "$@" >"$scratch/menu" && grep -q 'Main menu' "$scratch/menu" && grep -q 'Good bye, alice' "$scratch/menu"; }

sign_up_on_pipes() {
  printf 'bob\nbobs password\nbobs password\ng\n' | call new '' -T | grep -q 'Good bye, bob'
}

not_shown() {
  on_terminal new '' "$(sign_up_steps dora 'unseen words')" >"$scratch/unseen" && ! grep -q unseen "$scratch/unseen"
}

keys() {
  ssh-keygen -q -t ed25519 -N '' -C "alice@home" -f "$scratch/alice_key"
  ssh-keygen -q -t rsa -b 1024 -N '' -f "$scratch/weak_key"
  local line weak
  line=$(<"$scratch/alice_key.pub")
  weak=$(<"$scratch/weak_key.pub")
  attempt "a key that is not known" refuses "Permission denied" with_key alice
  attempt "add a key" on_terminal alice passw0rd "expect Your choice:
send p
expect None
expect quit:
send a
expect Paste
send nonsense\\r
expect That is no such line
expect quit:
send a
expect Paste
send $weak\\r
expect 2048
expect quit:
send a
expect Paste
send $line\\r
expect Added: SHA256:
expect alice@home
expect quit:
send a
expect Paste
send $line\\r
expect there already
expect quit:
send q
expect Your choice:
send g
expect Good bye"
  attempt "log in by key" gives_menu with_key alice
  attempt "the key is alice's only" refuses "Permission denied" with_key bob
  attempt "remove the key" on_terminal alice passw0rd 'expect Your choice:
send p
expect quit:
send r
expect Number of the key
send 1\r
expect Removed
expect None
expect quit:
send q
expect Your choice:
send g
expect Good bye'
  attempt "the key is gone" refuses "Permission denied" with_key alice
  attempt "change the password" on_terminal alice passw0rd 'expect Your choice:
send p
expect quit:
send c
expect Old password:
send wrong\r
expect not your password
expect quit:
send c
expect Old password:
send passw0rd\r
expect New password:
send passw1rd\r
expect Once more:
send passw1rd\r
expect new password.
expect quit:
send q
expect Your choice:
send g
expect Good bye'
  attempt "the old password" refuses "Permission denied" call alice passw0rd -T
  attempt "the new password" says_menu call alice passw1rd -T
}

with_key() {
  echo g | timeout 120 ssh "${ssh_options[@]}" -p "$bbs_port" -o IdentitiesOnly=yes -o BatchMode=yes -T \
    -i "$scratch/alice_key" "$1@127.0.0.1"
}

gives_menu() { "$@" | grep -q 'Main menu'; }

# --- screens

screens() {
  attempt "a terminal with colours" on_xterm
  attempt "NO_COLOR" no_colour
  attempt "a terminal without colours" on_vt220
  attempt "a terminal without anything" on_dumb_terminal
  attempt "nothing is wider than the terminal" fits_in_80_columns
  attempt "resizing the menu" resizing
  if [[ -n $amiko_ssh ]]; then attempt "amiko-ssh" amiko_client; fi
}

visit_steps='expect Your choice:
send m
expect Board number
send 1\r
expect quit:
send q\r
expect Board number
send \r
expect Your choice:
send w
expect Who is on
expect Press a key
send x
expect Your choice:
send p
expect quit:
send q
expect Your choice:
send g
expect Good bye'

on_xterm() {
  TERM_TYPE=xterm-256color on_terminal alice passw1rd "$visit_steps" >"$scratch/xterm" &&
    grep -q '╭' "$scratch/xterm" && grep -qF $'\e[1;36m' "$scratch/xterm"
}

no_colour() {
  TERM_TYPE=xterm-256color on_terminal alice passw1rd "$visit_steps" -o SetEnv=NO_COLOR=1 >"$scratch/xterm" &&
    grep -q '╭' "$scratch/xterm" && no_colour_in "$scratch/xterm"
}

on_vt220() {
  TERM_TYPE=vt220 on_terminal alice passw1rd "$visit_steps" >"$scratch/vt220" &&
    grep -qF $'\e[1m Main menu' "$scratch/vt220" && no_colour_in "$scratch/vt220"
}

no_colour_in() { ! grep -qE $'\e\\[([0-9;]*;)?(3[0-7]|4[0-7]|9[0-7])[;m]' "$1"; }

on_dumb_terminal() {
  on_terminal alice passw1rd "$visit_steps" >"$scratch/dumb" &&
    grep -qF '+- Main menu -' "$scratch/dumb" && ! grep -q $'\e' "$scratch/dumb" &&
    ! LC_ALL=C grep -qP '[\x80-\xff]' "$scratch/dumb"
}

fits_in_80_columns() { ! tr -d '\a' <"$scratch/dumb" | sed 's/\r$//; s/.*\r//' | grep -E '.{81}'; }

resizing() {
  TERM_TYPE=xterm on_terminal alice passw1rd 'expect Your choice:
resize 12 40
expect …
expect Your choice:
resize 30 100
expect hang up
expect Your choice:
send g
expect Good bye' -o SendEnv=LANG
}

amiko_client() {
  local steps=$scratch/amiko_steps
  printf 'expect assword:\nhidden\nsend passw1rd\\n\n%s\n' "$visit_steps" >"$steps"
  TERM=vt220 timeout 300 python3 "$here/on_terminal.py" "$steps" "$amiko_ssh" "${ssh_options[@]:0:4}" \
    -o "GlobalKnownHostsFile=none" -i none -p "$bbs_port" alice@127.0.0.1
}

# --- together

# The line that somebody is on, once they do WHAT: from the list of callers.
line_of() {  # NAME WHAT
  local i line
  for ((i = 0; i < 100; ++i)); do
    line=$(run_command alice passw1rd who | grep -E "^ *[0-9]+ +$1\*? .* $2 " | awk '{print $1}')
    if [[ -n $line ]]; then echo "$line"; return 0; fi
    sleep 0.1
  done
  run_command alice passw1rd who >&2
  return 1
}

# in_background NAME COMMAND ...: its output goes to a file of that name; finished NAME: its exit status.
in_background() {
  local name=$1
  shift
  "$@" >"$scratch/$name" 2>&1 &
  eval "${name}_pid=$!"
}
finished() {
  local pid=${1}_pid
  wait "${!pid}" || { local status=$?; echo "$1: $status"; cat -v "$scratch/$1"; return "$status"; }
}

together() {
  attempt "two callers talk" two_callers
  attempt "no escape sequence gets through" no_escapes
  attempt "lines too fast" on_terminal alice passw1rd "expect Your choice:
send l
expect You are in
$(for ((i = 0; i < 8; ++i)); do printf '%s\n' "send line $i\\r"; done)
expect Not so fast
send /quit\\r
expect Your choice:
send g
expect Good bye"
  attempt "a line too long" on_terminal alice passw1rd "expect Your choice:
send l
expect You are in
send $(printf 'x%.0s' {1..401})\\r
expect 400 characters at most
send /msg nobody hello\\r
expect nobody is not on line
send /join a b\\r
expect letters, digits
send /nonsense\\r
expect There is no /nonsense
send \\x04
expect Your choice:
send \\x04
expect Good bye"
  attempt "who, as a command" grep -q 'Who is on' <(run_command alice passw1rd who)
  attempt "other commands" refuses 'the only command is "who"' run_command alice passw1rd id
  attempt "no subsystems" refuses "subsystem request failed" run_command alice passw1rd -s sftp
  attempt "no forwarding" refuses "stdio forwarding failed" call alice passw1rd -W 127.0.0.1:22
}

two_callers() {
  in_background robot on_terminal robot 'secret 123' 'expect Your choice:
send l
expect You are in "lobby" with nobody
expect alice has come in
send half a
expect <alice> hello robot
expect <robot> half a
send  line\r
expect * alice dances
expect [private] <alice> psst
send /reply no\r
expect not written to anybody
send /msg alice yes?\r
expect to alice, privately
send /join Attic\r
expect You are in "attic" with nobody
send /rooms\r
expect lobby: alice
send /leave\r
expect You are in "lobby" with alice
send /quit\r
expect [private] <alice> bye
expect Your choice:
send g
expect Good bye, robot'
  line_of robot chat || return
  in_background alice on_terminal alice passw1rd 'expect Your choice:
send l
expect You are in "lobby" with robot
send hello robot\r
expect <robot> half a line
send /me dances\r
send /msg robot psst\r
expect [private] <robot> yes?
expect robot has left
expect robot has come in
expect robot has left
send /msg robot bye\r
expect to robot
send /quit\r
expect Your choice:
send g
expect Good bye, alice'
  finished robot && finished alice
}

no_escapes() {
  in_background robot on_terminal robot 'secret 123' 'expect Your choice:
send l
expect You are in
expect alice has come in
expect \\033]0;evil\\007\\033[2Jx
expect alice has left
send /quit\r
expect Your choice:
send g
expect Good bye'
  line_of robot chat || return
  printf 'l\n\e]0;evil\a\e[2Jx\n/quit\ng\n' | call alice passw1rd -T >"$scratch/evil" || return
  finished robot && ! grep -qF $'\e]0;' "$scratch/robot"
}

# --- message boards

boards() {
  attempt "post" on_terminal alice passw1rd 'expect Your choice:
send m
expect General
expect Board number
send 1\r
expect Nothing here yet
send n\r
expect Subject:
send Candy corn for everyone\r
expect   1:
send We are on fire.\r
expect   2:
send a mistake\r
expect   3:
send .d\r
expect   2:
send ..hidden\r
expect   3:
send .\r
expect abandon:
send s
expect Candy corn for everyone
expect quit:
send q\r
expect Board number
send q\r
expect Your choice:
send g
expect Good bye'
  attempt "give up" on_terminal alice passw1rd 'expect Your choice:
send m
expect Board number
send 1\r
expect quit:
send n\r
expect Subject:
send Never sent\r
expect   1:
send x\r
expect   2:
send .q\r
expect Candy corn
expect quit:
send \r
expect Board number
send \r
expect Your choice:
send g
expect Good bye'
  attempt "stop" stop_bbs TERM
  attempt "start again" start_bbs
  attempt "read and answer after the restart" read_and_answer
  attempt "what was answered is unread" on_terminal alice passw1rd 'expect 1 unread thread
expect Your choice:
send m
expect Board number
send 1\r
expect * Candy corn
expect quit:
send u\r
expect Yes, for all!
expect quit:
send d
expect Number of the post
send 1\r
expect Delete #1 by alice?
send y
expect (deleted)
expect quit:
send q
expect quit:
send \r
expect Board number
send \r
expect no unread threads
expect Your choice:
send g
expect Good bye'
  attempt "the posts of others stay" on_terminal bob 'bobs password' 'expect Your choice:
send m
expect Board number
send 1\r
expect quit:
send 1\r
expect quit:
send d
expect Number of the post
send 2\r
expect It is not yours
expect quit:
send q
expect quit:
send q\r
expect Board number
send q\r
expect Your choice:
send g
expect Good bye'
  attempt "paging" paging
}

read_and_answer() {
  on_terminal robot 'secret 123' 'expect 1 unread thread
expect Your choice:
send m
expect Board number
send 1\r
expect * Candy corn for everyone
expect alice
expect quit:
send 1\r
expect #1  alice
expect We are on fire.
expect .hidden
expect quit:
send r
expect   1:
send Yes, for all!\r
send .\r
expect abandon:
send s
expect #2  robot
expect Yes, for all!
expect quit:
send q
expect quit:
send q\r
expect Board number
send q\r
expect Your choice:
send g
expect Good bye' >"$scratch/answer" || { cat "$scratch/answer"; return 1; }
  ! grep -qE 'mistake|Never sent' "$scratch/answer"
}

# A text of 60 lines takes three pages of 24 rows; a larger window takes fewer.
paging() {
  {
    printf 'm\n2\nn\nA long text\n'
    printf 'this is line %s.\n' {1..60}
    printf '.\ns\nq\nq\ng\n'
  } | call bob 'bobs password' -T >"$scratch/long" || return
  TERM_TYPE=vt220 on_terminal alice passw1rd 'expect Your choice:
send m
expect Board number
send 2\r
expect quit:
send 1\r
expect this is line 19.
expect --More-- (3
send  
expect this is line 42.
expect --More-- (7
send b
expect this is line 19.
expect --More-- (3
resize 60 80
expect this is line 50.
expect --More-- (9
resize 24 80
expect this is line 19.
expect --More--
send \r
expect this is line 20.
expect --More--
send q
expect quit:
send q
expect * A long text
expect quit:
send q\r
expect Board number
send q\r
expect Your choice:
send g
expect Good bye'
}

# --- the sysop

sysop() {
  attempt "the menu is the sysop's alone" on_terminal alice passw1rd 'expect Your choice:
send s
expect Your choice:
send g
expect Good bye'
  attempt "kick" kick
  attempt "announce" announce
  attempt "lock" sysop_steps 'send l
expect Whose account
send bob\r
expect bob may not log in
expect Press a key
send x
send u
expect bob
expect locked
expect Press a key
send x'
  attempt "a locked account" refuses "Permission denied" call bob 'bobs password' -T
  attempt "delete a post" sysop_steps 'send d
expect Number of the post
send 2\r
expect Delete this post by robot?
send y
expect Deleted.
expect Press a key
send x'
  attempt "a new board" sysop_steps 'send b
expect Name of the new board
send Attic\r
expect about
send Old things\r
expect There it is
expect Press a key
send x'
  attempt "statistics" sysop_steps 'send s
expect Accounts
expect Boards                    5
expect Press a key
send x'
  attempt "idle callers are told, and put out" idle
  attempt "shut down" shut_down
  attempt "a sysop by name" by_name
}

sysop_steps() {
  on_terminal robot 'secret 123' "expect Your choice:
send s
expect Sysop:
$1
expect Sysop:
send q
expect Your choice:
send g
expect Good bye"
}

kick() {
  in_background alice on_terminal alice passw1rd 'expect Your choice:
send l
expect You are in
expect The sysop has put you out: too loud'
  local line
  line=$(line_of alice chat) || return
  sysop_steps "send k
expect alice
expect 127.0.0.1
expect line to cut:
send $line\\r
expect Tell alice why:
send too loud\\r
expect alice is gone.
expect Press a key
send x" && finished alice
}

announce() {
  in_background alice on_terminal alice passw1rd 'expect Your choice:
send w
expect Press a key
expect *** The sysop says: tea is ready
expect Press a key
send x
expect Your choice:
send g
expect Good bye'
  line_of alice 'the list of callers' || return
  sysop_steps 'send a
expect Tell everybody:
send tea is ready\r
expect tea is ready
expect Press a key
send x' && finished alice
}

idle() {
  stop_bbs INT && start_bbs --idle 5 || return
  on_terminal alice passw1rd 'expect Your choice:
send l
expect You are in
send half a li
expect Are you still there?
expect half a li
expect did nothing for too long' && stop_bbs && start_bbs
}

shut_down() {
  in_background alice on_terminal alice passw1rd 'expect Your choice:
send l
expect You are in
expect The board is closing'
  line_of alice chat || return
  on_terminal robot 'secret 123' 'expect Your choice:
send s
expect Sysop:
send x
expect end the program?
send y
expect The board is closing' && finished alice && wait "$bbs_pid" && bbs_pid=
}

by_name() {
  data=$scratch/second
  start_bbs --sysop Carol || return
  on_terminal new '' "$(sign_up_steps dora 'doras password')" >"$scratch/dora" || return
  on_terminal new '' "$(sign_up_steps carol 'carols password')" >"$scratch/carol" || return
  ! grep -q Sysop "$scratch/dora" && grep -q Sysop "$scratch/carol" && stop_bbs
}

command_line
start_bbs || exit 1
used_twice
board_of_2003
accounts
keys
screens
together
boards
sysop
report
