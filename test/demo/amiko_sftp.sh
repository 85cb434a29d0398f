#!/usr/bin/env bash
# amiko - runs amiko-sftp against a server of SFTP: in batches, on a terminal, and through a private sshd.
# AMIKO_SFTP names the program to test, SFTP_SERVER the server; without them the one that was built last, and
# OpenSSH's.  Arguments name the sections to run.  Ends with "N passed, N failed".
# shellcheck disable=SC2016,SC2154  # start_sshd sets its variables
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh

program=$(realpath "${AMIKO_SFTP:-$(built amiko-sftp)}") || exit
server=${SFTP_SERVER:-/usr/lib/openssh/sftp-server}
[[ -x $server ]] || server=$(realpath "$(built amiko-sftp-server)") || exit
scratch=$(mktemp -d)
local=$scratch/local
remote=$scratch/remote
passed=0
failed=0

cleanup() {
  stop_sshd
  rm -rf "$scratch"
}
trap cleanup EXIT

# attempt NAME COMMAND ...: one test, with both sides empty but for a few files.
attempt() {
  local name=$1 result=ok
  shift
  fresh_files
  if "$@" >"$scratch/log" 2>&1; then
    ((++passed))
  else
    ((++failed))
    result=FAILED
    cat "$scratch/log"
  fi
  echo "amiko-sftp: $name: $result"
}

skip() { echo "amiko-sftp: $1: skipped, $2"; }
has() { command -v "$1" >/dev/null; }

fresh_files() {
  chmod -R u+rwx "$local" "$remote" 2>/dev/null
  rm -rf "$local" "$remote"
  mkdir -p "$local" "$remote/dir/sub"
  head -c 300000 /dev/urandom >"$remote/data"
  echo one >"$remote/dir/one"
  echo two >"$remote/dir/sub/two"
  ln -s one "$remote/dir/link"
  echo text >"$local/text"
}

# batch COMMANDS OPTION ...: the commands, with the remote directory $remote and the local one $local.
batch() {
  (cd "$local" && printf 'cd %s\n%s\n' "$remote" "$1" | timeout 300 "$program" "${@:2}" -b - -D "$server")
}

# exits STATUS COMMAND ...: the command ends with that exit status.
exits() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  ((status == wanted)) || { echo "exit status $status, not $wanted"; return 1; }
}

# says TEXT COMMAND ...: the command writes that to standard error.
says() {
  local text=$1
  shift
  "$@" 2>"$scratch/says" >/dev/null
  grep -qF -e "$text" "$scratch/says" || { cat "$scratch/says"; return 1; }
}

# prints REGEX COMMAND ...: there is such a line on standard output.
prints() {
  local text=$1
  shift
  "$@" >"$scratch/prints"
  grep -qaE -e "$text" "$scratch/prints" || { cat "$scratch/prints"; return 1; }
}

# lists EXPECTED COMMANDS: what the commands print, without their echo, in one line.
lists() {
  local output
  output=$(batch "@$2" | grep -v '^sftp>' | tr '\n' ' ')
  [[ $output == "$1 " ]] || { echo "not the expected list: $output"; return 1; }
}

# --- what needs no server

options() {
  attempt "-V" prints '^amiko-sftp [0-9]' "$program" -V
  attempt "no arguments" exits 1 "$program"
  attempt "no arguments: usage" says "usage: amiko-sftp" "$program"
  attempt "an unknown option" says "unknown option -- Q" "$program" -Q x
  attempt "an unknown option exits 1" exits 1 "$program" -Q x
  attempt "a bad buffer size" says 'Invalid buffer size "x"' "$program" -B x host
  attempt "a bad buffer size exits 255" exits 255 "$program" -B x host
  attempt "a bad number of requests" says 'Invalid number of requests "0"' "$program" -R 0 host
  attempt "a bad -X" says 'Invalid -X option "y=1"' "$program" -X y=1 host
  attempt "a bad keyword" says "Bad configuration option: x" "$program" -o x=1 host
  attempt "a bad URI" says 'bad port "0"' "$program" sftp://host:0/
  attempt "two batch files" exits 255 "$program" -b a -b b host
  attempt "a batch file that is not there" exits 255 "$program" -b "$scratch/none" -D "$server"
  attempt "a server that is not there" exits 255 "$program" -D "$scratch/none"
  attempt "a server that is none" exits 255 timeout 300 "$program" -D /bin/true
  attempt "a program that is none" exits 255 timeout 300 "$program" -S /bin/false host
  attempt "a name that does not exist" exits 255 "$program" -F none -b /dev/null nowhere.invalid
  attempt "what -S is given" says "<-oForwardX11 no><-oPermitLocalCommand no><-oClearAllForwardings yes>" stub_ssh
  attempt "what -S is given at the end" says "<-oPort 23><-l><me><-oForwardAgent no><-s><--><host><sftp>" stub_ssh
}

stub_ssh() {
  printf '#!/bin/sh\nprintf "<%%s>" "$@" >&2\n' >"$scratch/ssh"
  chmod +x "$scratch/ssh"
  timeout 300 "$program" -S "$scratch/ssh" -P 23 me@host
}

# --- batches

batches() {
  attempt "commands are echoed" prints '^sftp> pwd$' batch pwd
  attempt "@ silences" lists "Remote working directory: $remote" pwd
  attempt "a failure ends the batch" exits 1 batch $'rm none\nmkdir later'
  attempt "nothing is done after a failure" after_failure
  attempt "- goes on" exits 0 batch $'-rm none\n@-foo\n-get none\nmkdir later'
  attempt "a command that is none" says 'Invalid command "foo"' batch foo
  attempt "a command that is none ends the batch" exits 1 batch foo
  attempt "an open quote" exits 1 batch 'get "x'
  attempt "comments and empty lines" exits 0 batch $'# x\n\n   # y\n@ # z'
  attempt "bye ends it well" exits 0 batch $'bye\nfoo'
  attempt "without -b errors do not end it" errors_without_batch
  attempt "the server dies" exits 255 dying_server
}

after_failure() { batch $'rm none\nmkdir later'; [[ ! -e $remote/later ]]; }

errors_without_batch() {
  printf 'rm none\nmkdir %s/later\n' "$remote" | timeout 300 "$program" -D "$server" && [[ -d $remote/later ]]
}

dying_server() {
  printf '!kill $(cat %s/pid); sleep 1\npwd\nls\nls\n' "$scratch" |
    timeout 300 "$program" -D "sh -c 'echo \$\$ >$scratch/pid; exec $server'"
}

# --- copies

copies() {
  attempt "get" get_and_compare "get data" data data
  attempt "get under another name" get_and_compare "get data x" data x
  attempt "get with small blocks" get_and_compare "get data" data data -B 1000 -R 2
  attempt "get with quotes" odd_get
  attempt "get into a directory" get_and_compare $'lmkdir d\nget data d' data d/data
  attempt "get several" several
  attempt "get several needs a directory" exits 1 batch $'put text data2\nget d* text'
  attempt "get nothing" says "not found." batch "get none*"
  attempt "get of a directory" says "not a regular file" batch "get dir"
  attempt "get -R" trees_agree 'get -R dir'
  attempt "-r" trees_agree 'get dir' -r
  attempt "get -R twice" trees_agree $'get -R dir\nget -R dir'
  attempt "get -R of a link to a directory" link_to_directory
  attempt "put -R of a link to a directory" put_link_to_directory
  attempt "get -p" preserved
  attempt "get -f" get_and_compare "get -f data" data data
  attempt "reget" resumed
  attempt "reget of what differs" resume_refused
  attempt "get where nothing can be written" exits 1 batch "get data /proc/x/y"
  attempt "what is fetched is said" prints "^Fetching $remote/data to data\$" batch "get data" -N
  attempt "what is sent is said" prints "^Uploading text to $remote/text\$" batch "put text" -N
  attempt "-b and -q say nothing" silent
  attempt "put" put_and_compare "put text" text text
  attempt "put under another name" put_and_compare "put text y" text y
  attempt "put into a directory" put_and_compare "put text dir" text dir/text
  attempt "put -R" put_tree
  attempt "put -p" put_preserved
  attempt "put nothing" says "stat none: No such file or directory" batch "put none"
  attempt "put where nothing can be written" exits 1 batch "put text none/x"
  attempt "reput" reput
  attempt "cp" cp_there
  attempt "cp of nothing" says "No such file or directory" batch "cp none x"
  attempt "-l limits" get_and_compare "get dir/one" dir/one one -l 1000000
}

get_and_compare() { batch "$1" "${@:4}" && cmp "$remote/$2" "$local/$3"; }
put_and_compare() { batch "$1" && cmp "$local/$2" "$remote/$3"; }

odd_get() {
  local name
  for name in 'a b' 'quo"te' "it's" 'st*r' '[x]' 'back\slash' $'tab\there' -dash '#hash' 'ü'; do
    cp "$remote/dir/one" "$remote/$name"
  done
  batch $'get "a b"\nget quo\\"te\nget "it\'s"\nget st\\*r\nget "[x]"\nget back\\\\slash\nget \'tab\there\'\nget -- -dash\nget \\#hash\nget ü' || return
  for name in 'a b' 'quo"te' "it's" 'st*r' '[x]' 'back\slash' $'tab\there' -dash '#hash' 'ü'; do
    cmp "$remote/dir/one" "$local/$name" || return
  done
}

several() { batch $'put text data2\nget data*' && cmp "$remote/data" "$local/data" && cmp "$local/text" "$local/data2"; }

trees_agree() { batch "$1" "${@:2}" && diff -r "$remote/dir" "$local/dir"; }

link_to_directory() {
  ln -s dir "$remote/way"
  batch "get -R way" && diff -r "$remote/dir" "$local/way" && [[ ! -L $local/way && -L $local/way/link ]]
}

put_link_to_directory() {
  cp -a "$remote/dir" "$local/tree"
  ln -s tree "$local/way"
  batch "put -R way" && diff -r "$local/tree" "$remote/way" && [[ ! -L $remote/way && -L $remote/way/link ]]
}

preserved() {
  chmod 640 "$remote/data"
  touch -d '2001-02-03 04:05:06' "$remote/data"
  batch "get -p data" && [[ $(stat -c '%a %Y' "$local/data") == "$(stat -c '%a %Y' "$remote/data")" ]]
}

resumed() {
  head -c 100000 "$remote/data" >"$local/data"
  batch "reget data" -N | grep -q "^Resuming " && cmp "$remote/data" "$local/data"
}

resume_refused() {
  head -c 100000 /dev/zero >"$local/data"
  exits 1 batch "reget data" && cmp <(head -c 100000 /dev/zero) "$local/data"
}

silent() { ! batch $'@get data\n@put text' | grep -v '^sftp>' | grep .; }

put_tree() {
  cp -r "$remote/dir" "$local/tree"
  batch "put -R tree" && diff -r "$local/tree" "$remote/tree"
}

put_preserved() {
  chmod 600 "$local/text"
  touch -d '2001-02-03 04:05:06' "$local/text"
  batch "put -p text" && [[ $(stat -c '%a %Y' "$local/text") == "$(stat -c '%a %Y' "$remote/text")" ]]
}

reput() {
  cp "$remote/data" "$local/big"
  head -c 100000 "$remote/data" >"$remote/big"
  batch "reput big" && cmp "$local/big" "$remote/big"
}

cp_there() { batch "cp data copy" && cmp "$remote/data" "$remote/copy"; }

# --- looking and changing

looking() {
  attempt "ls" lists "data  dir" ls
  attempt "ls -1" lists "data dir" "ls -1"
  attempt "ls -a" lists ". .. data dir" "ls -1a"
  attempt "ls -r" lists "dir data" "ls -1r"
  attempt "ls -S" lists "data dir" "ls -1S"
  attempt "ls of a directory" lists "dir/link dir/one dir/sub" "ls -1 dir"
  attempt "ls of an absolute path" lists "$remote/dir/link $remote/dir/one $remote/dir/sub" "ls -1 $remote/dir"
  attempt "ls of a pattern" lists "data dir" "ls -1 d*"
  attempt "ls of a quoted pattern" exits 1 batch 'ls "d*"'
  attempt "ls -l" prints '^-rw.* +300000 [A-Z][a-z]{2} .* data$' batch "ls -l"
  attempt "ls -lh" prints '^-rw.* +293K .* data$' batch "ls -lh"
  attempt "ls -n" prints "^-rw.* $(id -u) +$(id -g) +300000 .* data\$" batch "ls -n"
  attempt "ls -t" newest_first
  attempt "ls of nothing" says 'Can'\''t ls: "'"$remote"'/none" not found' batch "ls none"
  attempt "ls shows nothing that a terminal obeys" odd_names
  attempt "ls with a bad flag" says "ls: Invalid flag -x" batch "ls -x"
  attempt "df" prints '^ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+%$' batch df
  attempt "df -h" prints '^ +[0-9.]+[BKMGTP]+ .*%$' batch "df -h"
  attempt "df -i" prints 'Inodes' batch "df -i"
  attempt "df of nothing" exits 1 batch "df none"
  attempt "version" prints '^SFTP protocol version 3$' batch version
  attempt "help" prints '^reput ' batch help
  attempt "lpwd" prints "^Local working directory: $local\$" batch lpwd
  attempt "lls" prints '^text$' batch lls
  attempt "cd and pwd" prints "^Remote working directory: $remote/dir\$" batch $'cd dir\npwd'
  attempt "cd to the start" exits 0 batch $'cd\ncd '"$remote"$'\nls data'
  attempt "cd to a file" says "is not a directory" batch "cd data"
  attempt "cd to nothing" exits 1 batch "cd none"
  attempt "lcd" prints "^Local working directory: /\$" batch $'lcd /\nlpwd'
  attempt "lcd to nothing" exits 1 batch "lcd none"
}

newest_first() {
  touch -d '2001-02-03' "$remote/dir"
  lists "data dir" "ls -1t" && touch -d '2000-02-03' "$remote/data" && lists "dir data" "ls -1t"
}

odd_names() {
  touch "$remote/"$'\e[2Jx'
  prints '^\\033\[2Jx$' batch "ls -1"
}

changing() {
  attempt "chmod" changed "chmod 640 data" 'stat -c %a data' 640
  attempt "chmod of several" changed "chmod 640 d*/o*" 'stat -c %a dir/one' 640
  attempt "chmod of nothing" exits 1 batch "chmod 640 none"
  attempt "chmod with a bad mode" says 'chmod: "9" is no octal number' batch "chmod 9 data"
  attempt "chown" changed "chown $(id -u) data" 'stat -c %u data' "$(id -u)"
  attempt "chgrp" changed "chgrp $(id -g) data" 'stat -c %g data' "$(id -g)"
  attempt "chown to a name" says 'is no number' batch "chown root data"
  attempt "chgrp -h" changed "chgrp -h $(id -g) dir/link" 'readlink dir/link' one
  attempt "ln" changed "ln data hard" 'stat -c %h data' 2
  attempt "ln -s" changed "ln -s data soft" 'readlink soft' data
  attempt "symlink" changed "symlink ../x dir/soft" 'readlink dir/soft' ../x
  attempt "mkdir and rmdir" changed $'mkdir new\nrmdir new\nmkdir newer' 'ls -d new*' newer
  attempt "mkdir of what is there" exits 1 batch "mkdir dir"
  attempt "rmdir of what is full" exits 1 batch "rmdir dir"
  attempt "rename" changed "rename data other" 'ls' $'dir\nother'
  attempt "rename over another" changed $'put text other\nrename data other' 'stat -c %s other' 300000
  attempt "rename -l never does so" exits 1 batch $'put text other\nrename -l data other'
  attempt "rm" changed "rm data" ls dir
  attempt "rm of several" changed $'put text d2\nrm d[a2]*' ls dir
  attempt "rm of nothing" exits 1 batch "rm none"
  attempt "rm of two at once is refused" says "too many arguments" batch "rm data dir/one"
  attempt "lmkdir" exits 0 batch $'lmkdir new\nlcd new'
  attempt "lumask" prints '^Local umask: 027$' batch "lumask 27"
  attempt "lumask counts" umask_counts
  attempt "a local command" prints '^3$' batch '!echo $((1+2))'
}

changed() {
  local found
  batch "$1" || return
  found=$(cd "$remote" && eval "$2")
  [[ $found == "$3" ]] || { echo "not the expected result: $found"; return 1; }
}

umask_counts() { batch $'lumask 77\nget data' && [[ $(stat -c %a "$local/data") == 600 ]]; }

# --- on a terminal

# on_terminal STEPS ARGUMENT ...: the program on a pseudo terminal.
on_terminal() {
  printf '%s\n' "$1" >"$scratch/steps"
  (cd "$local" && TERM=vt220 LC_ALL=C.UTF-8 timeout 300 python3 "$here/on_terminal.py" "$scratch/steps" "$program" "${@:2}")
}

local_server() { on_terminal "$1" -D "$server"; }

terminal() {
  if ! has python3; then skip terminal "there is no python3"; return; fi
  attempt "a session on a terminal" local_server "$(printf '%s\n' 'expect sftp> ' 'send pwd\n' "expect Remote working" \
    'expect sftp> ' 'send nonsense\n' 'expect Invalid command' 'expect sftp> ' 'send bye\n')"
  attempt "the end of the input" local_server "$(printf '%s\n' 'expect sftp> ' 'send \x04')"
  attempt "the progress meter" local_server "$(printf '%s\n' 'expect sftp> ' "send get $remote/data\\n" 'expect Fetching' \
    'expect data ' 'expect 100%  293KB' 'expect B/s' 'expect sftp> ' 'send bye\n')"
  attempt "progress switches it off" no_meter
  attempt "^C drops the line" local_server "$(printf '%s\n' 'expect sftp> ' 'send mkdir x' 'expect mkdir x' 'send \x03' \
    'expect sftp> ' 'send pwd\n' 'expect Remote working' 'expect sftp> ' 'send \x04')"
  attempt "^C interrupts a copy" interrupted_copy
  attempt "^C does not end a local command's caller" local_server "$(printf '%s\n' 'expect sftp> ' 'send !echo $((40+2)); cat\n' \
    'expect 42' 'send hello\n' 'expect hello' 'expect hello' 'send \x03' 'expect Shell ended by signal 2' 'expect sftp> ' 'send bye\n')"
  attempt "a signal leaves the terminal as it was" exits 143 local_server "$(printf '%s\n' 'expect sftp> ' 'signal TERM')"
  attempt "the server dies meanwhile" exits 255 server_dies
  if [[ $(ldd "$program") != *libedit* ]]; then skip "line editing" "the program has no libedit"; return; fi
  attempt "completion of a command" local_server "$(printf '%s\n' 'expect sftp> ' 'send vers\t\n' \
    'expect protocol version 3' 'expect sftp> ' 'send \x04')"
  attempt "a list of commands" local_server "$(printf '%s\n' 'expect sftp> ' 'send l\t' 'expect lumask' \
    'expect sftp> l' 'send \x03' 'expect sftp> ' 'send bye\n')"
  attempt "completion of a remote path" local_server "$(printf '%s\n' 'expect sftp> ' "send cd $remote/di\\t\\n" \
    'expect sftp> ' 'send pwd\n' "expect directory: $remote/dir" 'expect sftp> ' 'send \x04')"
  attempt "completion of a local path" local_server "$(printf '%s\n' 'expect sftp> ' "send put te\\t$remote/sent\\n" \
    'expect Uploading text' 'expect 100%' 'expect sftp> ' 'send \x04')"
  attempt "history" local_server "$(printf '%s\n' 'expect sftp> ' 'send version\n' 'expect protocol version' \
    'expect sftp> ' 'send \x1b[A\n' 'expect protocol version' 'expect sftp> ' 'send \x04')"
  attempt "editing a line" local_server "$(printf '%s\n' 'expect sftp> ' 'send wd\x01p\n' 'expect Remote working' \
    'expect sftp> ' 'send \x04')"
}

no_meter() {
  local_server "$(printf '%s\n' 'expect sftp> ' 'send progress\n' 'expect Progress meter disabled' 'expect sftp> ' \
    "send get $remote/data\\n" 'expect Fetching' 'expect sftp> ' 'send bye\n')" >"$scratch/terminal" &&
    ! grep -q '%' "$scratch/terminal"
}

interrupted_copy() {
  truncate -s 50G "$remote/huge"
  local_server "$(printf '%s\n' 'expect sftp> ' "send get $remote/huge\\n" 'expect MB/s' 'send \x03' 'expect Interrupt' \
    'expect sftp> ' 'send version\n' 'expect protocol version 3' 'expect sftp> ' 'send bye\n')" && [[ ! -e $local/huge ]]
}

server_dies() {
  on_terminal "$(printf '%s\n' 'expect sftp> ' "send !kill \$(cat $scratch/pid)\\n" 'expect Connection closed')" \
    -D "sh -c 'echo \$\$ >$scratch/pid; exec $server'"
}

# --- through sshd

ssh_options=(-F none -o "UserKnownHostsFile=$scratch/known_hosts" -o GlobalKnownHostsFile=none)
connected() { (cd "$local" && timeout 300 "$program" "${ssh_options[@]}" -P "$sshd_port" -i "$scratch/id_ed25519" "$@"); }

through_sshd() {
  local host=$sshd_user@127.0.0.1
  attempt "a batch over ssh" over_ssh -b -
  attempt "a batch over ssh, with compression" over_ssh -C -b -
  attempt "a command in place of the subsystem" over_ssh -s "$server" -b -
  attempt "a subsystem that is not there" exits 255 connected -s nothing -b /dev/null "$host"
  attempt "a file is fetched" fetched "$host:$remote/data"
  attempt "a file is fetched under another name" fetched "$host:$remote/data" data
  attempt "a pattern is fetched" fetched "$host:$remote/d?ta"
  attempt "a file that is not there" exits 1 connected "$host:$remote/none"
  attempt "a directory is entered" entered "$host:$remote/dir"
  attempt "a URI" fetched "sftp://$host:$sshd_port/$remote/data"
  attempt "no key" exits 255 timeout 300 "$program" "${ssh_options[@]}" -P "$sshd_port" -i none -b /dev/null "$host"
  attempt "an unknown host" unknown_host "$host"
  if has ssh; then attempt "-S ssh" over_ssh -S ssh -b -; else skip "-S ssh" "there is no ssh"; fi
  if has python3; then
    attempt "a session over ssh on a terminal" on_terminal "$(printf '%s\n' 'expect Connected to 127.0.0.1.' 'expect sftp> ' \
      "send get $remote/data\\n" 'expect 100%' 'expect sftp> ' 'send bye\n')" \
      "${ssh_options[@]}" -P "$sshd_port" -i "$scratch/id_ed25519" "$host"
  fi
}

over_ssh() {
  printf 'cd %s\nget data\nput text\nls -l\n' "$remote" | connected "$@" "$sshd_user@127.0.0.1" &&
    cmp "$remote/data" "$local/data" && cmp "$local/text" "$remote/text"
}

fetched() { connected "$@" && cmp "$remote/data" "$local/data"; }

entered() { echo pwd | connected -b - "$1" | grep -qx "Remote working directory: $remote/dir"; }

unknown_host() {
  says "Host key verification failed" timeout 300 "$program" -F none -o UserKnownHostsFile=none \
    -o GlobalKnownHostsFile=none -P "$sshd_port" -b /dev/null "$1"
}

if (($# == 0)); then set -- options batches copies looking changing terminal through_sshd; fi
for section; do
  if [[ $section != through_sshd ]]; then
    "$section"
  elif start_sshd "$scratch" "Subsystem sftp $server"; then
    through_sshd
  else
    skip "through sshd" "it does not start"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
