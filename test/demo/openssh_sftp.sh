#!/usr/bin/env bash
# amiko - runs OpenSSH's regression scripts for sftp with amiko-sftp, beside OpenSSH's sftp-server and beside ours.
# AMIKO_SFTP and AMIKO_SFTP_SERVER name the programs; without them those that were built last.  Ends with
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=../../demo/private_sshd.sh
source demo/private_sshd.sh

scripts=(sftp sftp-cmds sftp-badcmds sftp-batch sftp-glob sftp-perm)
over_ssh=(sftp-uri)
if (($#)); then scripts=("$@") over_ssh=(); fi

sftp=$(realpath "${AMIKO_SFTP:-$(built amiko-sftp)}" 2>/dev/null)
server=$(realpath "${AMIKO_SFTP_SERVER:-$(built amiko-sftp-server)}" 2>/dev/null)
openssh_server=${SFTP_SERVER:-/usr/lib/openssh/sftp-server}
sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd)
passed=0
failed=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# beside NAME SERVER SCRIPT ...
beside() {
  local name=$1 counts
  echo "amiko-sftp beside $name:"
  AMIKO_SSHD=$sshd AMIKO_SSH=$(command -v ssh) TEST_SSH_SFTP=$sftp TEST_SSH_SFTPSERVER=$2 \
    test/interop/openssh_regress/run.sh "${@:3}" | tee "$report" | sed '$d'
  counts=$(tail -n 1 "$report")
  if [[ $counts =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    ((passed += BASH_REMATCH[1], failed += BASH_REMATCH[2], 1))
  else
    ((++failed))
  fi
}

if [[ -x $sftp ]]; then
  if [[ -x $openssh_server ]]; then
    beside "OpenSSH's sftp-server" "$openssh_server" "${scripts[@]}" "${over_ssh[@]}"
  else
    echo "amiko-sftp: there is no $openssh_server: skipped beside it"
  fi
  if [[ -x $server ]]; then
    beside amiko-sftp-server "$server" "${scripts[@]}"
  else
    echo "amiko-sftp: no amiko-sftp-server was built: skipped beside it"
  fi
else
  echo "amiko-sftp: skipped, it was not built"
fi
echo "$passed passed, $failed failed"
((failed == 0))
