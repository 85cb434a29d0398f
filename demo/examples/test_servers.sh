# amiko - the server examples: each is started, called by our clients and by stock ones, and ended.
# test.sh sources this.
# shellcheck shell=bash disable=SC2034,SC2154

# serve NAME: starts a server example on a port of the kernel's choice; sets $port, and writes the known_hosts
# file.  What the server prints goes to $scratch/server.log.
serve() {
  local program
  stop_serving
  tried[$1]=1
  program=$(program_of "$1")
  : >"$scratch/server.log"
  (cd "$scratch" && exec "$program" 0 "$scratch/server_key" "$scratch/authorized_keys") >>"$scratch/server.log" 2>&1 &
  server_pid=$!
  wait_until started
  port=$(sed -n 's/^listening on port //p' "$scratch/server.log")
  if [[ -z $port ]]; then
    echo "examples: $1: it does not start"
    cat "$scratch/server.log"
    port=1
  fi
  echo "[127.0.0.1]:$port $server_key" >"$scratch/server_hosts"
  ours=("robey@127.0.0.1:$port" "$scratch/id_ed25519" "$scratch/server_hosts")
  options=(-T -F none -o UserKnownHostsFile="$scratch/server_hosts" -o GlobalKnownHostsFile=none -p "$port")
  keyed=("${options[@]}" -o IdentitiesOnly=yes -i "$scratch/id_ed25519")
  once=("${options[@]}" -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1)
}

# Or at its end already.
started() { grep -q '^listening on port' "$scratch/server.log" || ! kill -0 "$server_pid" 2>/dev/null; }

stop_serving() {
  [[ -n ${server_pid:-} ]] || return 0
  kill "$server_pid" && wait "$server_pid"
  server_pid=
} 2>/dev/null

wait_until() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if "$@"; then return 0; fi
    sleep 0.05
  done
  return 1
}

# call NAME STATUS PATTERN COMMAND ...: as expect, with any command.
call() {
  local name=$1 status=$2 pattern=$3
  shift 3
  judge "$name" "$status" "$pattern" timeout 120 "$@"
}

# A stock ssh on a pseudo terminal of 80x24 that is typed into.
typed() {
  local name=$1 status=$2 pattern=$3
  printf '%s\n' "$4" >"$scratch/steps"
  TERM=vt220 call "$name" "$status" "$pattern" \
    python3 test/demo/on_terminal.py "$scratch/steps" ssh "${keyed[@]}" -t robey@127.0.0.1
}

if ! command -v sshpass >/dev/null; then
  echo "examples: skipped without sshpass: logins by password with ssh"
  with_password() { :; }
else
  # with_password NAME STATUS PATTERN PASSWORD COMMAND ...
  with_password() { call "$1" "$2" "$3" sshpass -p "$4" "${@:5}"; }
fi

amiko_ssh=$(realpath "${AMIKO_SSH:-$(built amiko-ssh)}" 2>/dev/null)
cp "$scratch/id_ed25519.pub" "$scratch/authorized_keys"
expect make_key 0 "ssh-ed25519 *" "$scratch/server_key"
server_key=$(ssh-keygen -y -f "$scratch/server_key")
expect make_key 0 "ecdsa-sha2-nistp256 *" "$scratch/stranger" ecdsa
expect make_key 1 "*no-such-type*" "$scratch/nothing" no-such-type

serve simple_server
with_password simple_server 0 "Welcome to my SSH server, user123!"$'\r' secretpw ssh "${once[@]}" user123@127.0.0.1
with_password simple_server 255 "*Permission denied*" wrong ssh "${once[@]}" user123@127.0.0.1
with_password simple_server 255 "*Permission denied*" secretpw ssh "${once[@]}" nobody@127.0.0.1
call simple_server 0 "Welcome to my SSH server, guest!"$'\r' ssh "${once[@]}" -o BatchMode=yes guest@127.0.0.1
call simple_server 0 "Welcome to my SSH server, guest!"$'\r' "$amiko_ssh" "${options[@]}" -o BatchMode=yes guest@127.0.0.1
mkdir -p "$scratch/caller/.ssh"
cp "$scratch/server_hosts" "$scratch/caller/.ssh/known_hosts"
input=secretpw
HOME=$scratch/caller expect password 0 "Welcome to my SSH server, user123!"$'\r' "user123@127.0.0.1:$port"
input=
stop_serving
call simple_server 0 "*SSH connection received from 127.0.0.1.*SSH connection closed.*" cat "$scratch/server.log"

serve keyed_server
expect simple_client 0 "Welcome to my SSH server, robey!*Your key is ssh-ed25519 SHA256:*" "${ours[@]}"
call keyed_server 0 "Welcome to my SSH server, robey!*" ssh "${keyed[@]}" robey@127.0.0.1
call keyed_server 0 "Welcome to my SSH server, robey!*" "$amiko_ssh" "${keyed[@]}" robey@127.0.0.1
call keyed_server 255 "*Permission denied (publickey)*" ssh "${options[@]}" -o IdentitiesOnly=yes -i "$scratch/stranger" robey@127.0.0.1

serve kbdint_server
# ssh gives its helper the prompt only; the word of the second step is in what it has shown before.
cat >"$scratch/askpass" <<END
#!/bin/sh
case "\$1" in
  *Password:*) echo "\$PASSWORD" ;;
  *Type*) sed -n 's/.*can read this: \([0-9]*\).*/\1/p' "$scratch/shown" ;;
esac
END
chmod +x "$scratch/askpass"
asked() {
  SSH_ASKPASS=$scratch/askpass SSH_ASKPASS_REQUIRE=force DISPLAY=: PASSWORD=$1 \
    setsid -w ssh "${once[@]}" user123@127.0.0.1 2>"$scratch/shown"
}
judge kbdint_server 0 "Welcome to my SSH server, user123!"$'\r' asked secretpw
judge kbdint_server 255 "" asked wrong
call kbdint_server 0 "Welcome to my SSH server, guest!"$'\r' ssh "${once[@]}" guest@127.0.0.1

for name in math_server math_callback_server; do
  serve "$name"
  input=$'20\n22\nx\n\n9223372036854775807'
  call "$name" 0 "*Enter numbers*Total = 42*" ssh "${keyed[@]}" robey@127.0.0.1
  call "$name" 0 "*Invalid number: x*" ssh "${keyed[@]}" robey@127.0.0.1
  call "$name" 0 "*Total = 42*" "$amiko_ssh" "${keyed[@]}" robey@127.0.0.1
  input=
done
serve math_server
typed math_server 0 "*Total = 7*" $'expect when done:\nsend 3\\r4\\r\nexpect 4\nsend \\r~B\nexpect Total = 7'
typed math_server 0 "*Invalid number: x*Total = 0*" $'expect when done:\nsend x\\r\nexpect Invalid\nsend \\x03'
if [[ -n $python ]]; then
  serve math_callback_server
  call math_callback_server 0 42 "$python" -W ignore demo/examples/send_break.py "$port" "$scratch/id_ed25519"
fi

serve chat_server
mkfifo "$scratch/anna" "$scratch/bert"
chatter() { ssh "${keyed[@]}" robey@127.0.0.1 <"$scratch/$1" >"$scratch/$1.out"; }
sees() { wait_until grep -q -e "$2" "$scratch/$1.out" || echo "$1 does not see $2"; }
chatting() {
  local anna bert
  chatter anna &
  chatter bert &
  exec {anna}>"$scratch/anna" {bert}>"$scratch/bert"
  printf 'anna\nlobby\n' >&"$anna"
  sees anna 'Lines go to lobby'
  printf 'bert\nlobby\n' >&"$bert"
  sees anna 'bert has entered lobby'
  printf 'hello \033[2Janna\n' >&"$bert"
  sees anna '^bert: hello \\033\[2Janna'
  printf 'hello bert\n' >&"$anna"
  sees bert '^anna: hello bert'
  exec {bert}>&-
  sees anna 'bert has left lobby'
  exec {anna}>&-
  wait
}
judge chat_server 0 "" chatting
typed chat_server 0 "*" "expect name:
send anna\\r
expect room:
send lobby\\r
expect leaves.
send \\x04"

serve editor_server
typed editor_server 0 "*robey the friend has a secret of 6 bytes.*That was q*" "expect longer):
send \\x1b[A\\t\\r
expect secret:
send s3cret\\r
expect any key
send q"
call editor_server 1 "" grep s3cret "$scratch/last"
call editor_server 1 "*needs a terminal*" ssh "${keyed[@]}" robey@127.0.0.1

serve show_environment
expect set_environment 0 $'Environment:\r\n  LANG       = en_GB\r\n  LC_COLLATE = C\r' "${ours[@]}"
call show_environment 1 "No environment was sent."$'\r' ssh "${keyed[@]}" robey@127.0.0.1
call show_environment 0 "Environment:*GREETING = hello world*" ssh "${keyed[@]}" -o 'SetEnv=GREETING="hello world"' robey@127.0.0.1

serve show_terminal
expect set_terminal 0 $'Terminal type: xterm-color\r\nSize: 80x24\r' "${ours[@]}"
typed show_terminal 0 "*Terminal type: vt220*" "expect Size: 80x24
resize 50 132
expect New size: 132x50
resize 25 90
expect New size: 90x25
send q"
call show_terminal 1 "*No terminal was asked for*" ssh "${keyed[@]}" robey@127.0.0.1

PATH=$path serve redirect_server
expect math_client 0 "$(lines '2+2 = 4' '1\*2\*3\*4 = 24' '2^32 = 4294967296')" "${ours[@]}"
input="6*7"
call redirect_server 0 42 ssh "${keyed[@]}" robey@127.0.0.1
input=
if [[ $path != "$scratch"* ]]; then
  typed redirect_server 0 "*42*" $'expect warranty\nsend 6*7\\n\nexpect 42\nsend quit\\n'
fi

serve transport_server
input="robot dave"
greeting=$'\r\n\r\nWelcome to my dorky little BBS!\r\n\r\nWe are on fire all the time!  Hooray!  Candy corn for everyone!'
greeting+=$'\r\nHappy birthday to Robot Dave!\r\n\r\nUsername: \r\nI don\'t like you, robot dave.\r'
with_password transport_server 0 "$greeting" foo ssh "${once[@]}" robey@127.0.0.1
with_password transport_server 255 "*Permission denied*" bar ssh "${once[@]}" robey@127.0.0.1
input=
stop_serving

# files NAME STATUS PATTERN COMMANDS: a stock sftp that does them.
files() {
  local name=$1 status=$2 pattern=$3
  printf '%s\n' "$4" >"$scratch/batch"
  call "$name" "$status" "$pattern" sftp -b "$scratch/batch" "${keyed[@]:1:6}" -P "$port" -o IdentitiesOnly=yes \
    -i "$scratch/id_ed25519" robey@127.0.0.1
}
if ! command -v sftp >/dev/null; then
  echo "examples: skipped without sftp: the servers of files"
else
  echo "a file of a thousand words" >"$scratch/words"
  serve sftp_server
  files sftp_server 0 "*" "put $scratch/words $scratch/words2"
  call sftp_server 0 "a file of a thousand words" cat "$scratch/words2"
  serve chroot_sftp_server
  files chroot_sftp_server 0 "*words*" "put $scratch/words words
ls -l /"
  files chroot_sftp_server 1 "*" "get $scratch/words $scratch/words3"
  call chroot_sftp_server 0 "a file of a thousand words" cat "$scratch/sftp/robey/words"
  call chroot_sftp_server 0 "*open /words*" cat "$scratch/server.log"
  serve own_files_server
  files own_files_server 0 "*" "get x $scratch/x"
  files own_files_server 0 "*" "get x $scratch/x"
  call own_files_server 0 "read 2 times" cat "$scratch/x"
  files own_files_server 1 "*" "put $scratch/words y"
fi
stop_serving
