#!/usr/bin/env bash
# amiko - runs OpenSSH's own regression scripts (Debian's package openssh-tests) with amiko-sshd in place of sshd,
# and those about files with amiko-sftp-server in place of sftp-server, amiko-sftp in place of sftp, and both.
# run.sh [SCRIPT ...]; without arguments the scripts that mean something for a server; with -SCRIPT those but this one.  AMIKO_SSHD, AMIKO_SSH,
# AMIKO_SFTP_SERVER and AMIKO_SFTP name the programs; without them those that were built last.  SFTP_SERVER is
# OpenSSH's sftp-server where it is not in Debian's place.  AMIKO_LOGS is a folder to keep what was said in.
# Ends with "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.." || exit
# shellcheck source=../../../demo/private_sshd.sh
source demo/private_sshd.sh

regress=${OPENSSH_REGRESS:-/usr/lib/openssh/regress}
scripts=(connect proxy-connect exit-status exit-status-signal transfer stderr-data stderr-after-eof yes-head
  broken-pipe banner envpass try-ciphers kextype keytype multipubkey login-timeout rekey
  proto-version proto-mismatch key-options allow-deny-users forcecommand connect-uri addrmatch reconfigure knownhosts
  sftp sftp-cmds sftp-badcmds sftp-batch sftp-glob sftp-perm sftp-chroot sftp-uri)
# What they need that is not there yet, and what they say then; anything else is a failure.
declare -A needs=([multipubkey]="user certificates, which a later version brings")
declare -A says=([multipubkey]="ssh failed with key/cert")
# It takes minutes: each MAC is damaged in seventy ways.
if [[ -n ${AMIKO_TEST_FULL:-} ]]; then scripts+=(integrity); fi
if [[ ${1:-} == -* ]]; then
  for i in "${!scripts[@]}"; do
    if [[ -${scripts[i]} == "$1" ]]; then unset "scripts[i]"; fi
  done
elif (($#)); then
  scripts=("$@")
fi

sshd=$(realpath "${AMIKO_SSHD:-$(built amiko-sshd)}" 2>/dev/null)
amiko_ssh=$(realpath "${AMIKO_SSH:-$(built amiko-ssh)}" 2>/dev/null)
sftp_server=$(realpath "${AMIKO_SFTP_SERVER:-$(built amiko-sftp-server 2>/dev/null)}" 2>/dev/null)
amiko_sftp=$(realpath "${AMIKO_SFTP:-$(built amiko-sftp 2>/dev/null)}" 2>/dev/null)
# The scripts look for it elsewhere.
stock_sftp_server=${SFTP_SERVER:-/usr/lib/openssh/sftp-server}
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip_all() {
  echo "openssh-regress: skipped: $1"
  echo "0 passed, 0 failed"
  exit 0
}

[[ -f $regress/test-exec.sh ]] || skip_all "no $regress; it is in the package openssh-tests"
[[ -x $sshd && -x $amiko_ssh ]] || skip_all "no amiko-sshd or amiko-ssh was built"
real_ssh=$(command -v ssh) || skip_all "there is no ssh"
for tool in make ssh-keygen; do
  command -v "$tool" >/dev/null || skip_all "there is no $tool"
done

# The scripts ask ssh for all algorithms and try each: that is to be those that both sides have.  Security keys are
# left out, since the scripts would have a host sign with them too.
mkdir "$work/bin"
cat >"$work/bin/ssh" <<END
#!/bin/bash
previous=
for argument; do
  if [[ \$previous == -Q ]]; then
    '$real_ssh' -Q "\$argument" | grep -v '^sk-' | grep -Fx -f <('$amiko_ssh' -Q "\$argument")
    exit
  fi
  previous=\$argument
done
exec '$real_ssh' "\$@"
END
# login-timeout opens a connection with it.
cat >"$work/bin/telnet" <<END
#!/bin/sh
exec '$work/regress/netcat' "\$@"
END
chmod +x "$work/bin/ssh" "$work/bin/telnet"
cp -a "$regress" "$work/regress"
chmod 755 "$work"

# What was said when it went wrong.
explain() {
  grep -aE '^(FATAL|FAIL|failed|ssh |bad |.*corrupt|.*mismatch|exit code)' "$1" | sort | uniq -c | head -n 12
  tail -n 3 "$1"
}

# fails_as_expected NAME LOG: nothing else went wrong.
fails_as_expected() {
  grep -aqFx "${says[$1]}" "$2" &&
    ! grep -av -e '^make' -e '^run test' -e '^failed ' -e '^test ' -e 'passed over$' "$2" | grep -vFx "${says[$1]}" | grep -q .
}

# run NAME [LABEL [VARIABLE=VALUE ...]]: the variables are the scripts' own, like TEST_SSH_SFTP.
run() {
  local name=$1 label=${2:-$1} start=$SECONDS status=0
  local log=$work/${label// /_}.log programs=("${@:3}")
  (cd "$work/regress" && PATH="$work/bin:$PATH" TEST_SSH_PORT=$(free_port) timeout 1800 \
    make -s .OBJDIR="$work/regress" .CURDIR="$work/regress" BUILDDIR="$work/regress" OBJ="$work/regress" \
    SUDO= TEST_SHELL=sh SKIP_UNIT=1 TEST_SSH_UNSAFE_PERMISSIONS=1 TEST_SSH_SSH="$work/bin/ssh" \
    TEST_SSH_SSHD="$sshd" TEST_SSH_SFTPSERVER="$stock_sftp_server" "${programs[@]}" LTESTS="$name" t-exec) </dev/null >"$log" 2>&1 || status=$?
  if [[ -n ${AMIKO_LOGS:-} ]]; then cp "$log" "$work"/regress/*.log "$AMIKO_LOGS"; fi
  if grep -aq '^SKIPPED' "$log"; then
    echo "openssh-regress: $label: skipped, $(grep -am1 '^SKIPPED' "$log")"
  elif ((status == 0)); then
    ((++passed))
    echo "openssh-regress: $label: passed ($((SECONDS - start)) s)"
  elif [[ -n ${needs[$name]:-} ]] && fails_as_expected "$name" "$log"; then
    echo "openssh-regress: $label: does not pass, because it needs ${needs[$name]}"
  else
    ((++failed))
    echo "openssh-regress: $label: FAILED ($((SECONDS - start)) s)"
    explain "$log"
  fi
}

# Each beside a stock partner, then both.
run_with_files() {
  local server=TEST_SSH_SFTPSERVER=$sftp_server client=TEST_SSH_SFTP=$amiko_sftp
  if [[ -x $sftp_server ]]; then
    run "$1" "$1 with amiko-sftp-server" "$server"
  else
    echo "openssh-regress: $1: skipped, no amiko-sftp-server was built"
  fi
  if [[ -x $amiko_sftp ]]; then
    if [[ -x $stock_sftp_server ]]; then
      run "$1" "$1 with amiko-sftp" "$client"
    else
      echo "openssh-regress: $1: skipped with amiko-sftp, there is no $stock_sftp_server"
    fi
    if [[ -x $sftp_server ]]; then run "$1" "$1 with both" "$client" "$server"; fi
  else
    echo "openssh-regress: $1: skipped with amiko-sftp, which was not built"
  fi
}

for name in "${scripts[@]}"; do
  if [[ ! -f $regress/$name.sh ]]; then
    echo "openssh-regress: $name: skipped, there is no such script"
  elif [[ $name == sftp || $name == sftp-* ]]; then
    run_with_files "$name"
  else
    run "$name"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
