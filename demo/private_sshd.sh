# amiko - a private sshd with throw-away keys, for scripts to source.  Nothing outside its folder is touched.
# shellcheck shell=bash disable=SC2034

# start_sshd DIR [CONFIG-LINE ...]: an OpenSSH server on a loopback port that lets the invoking user in with
# DIR/id_ed25519.  Sets sshd_port and sshd_user, and writes DIR/known_hosts.  Call stop_sshd at the end.
start_sshd() {
  local dir=$1 program attempt
  shift
  program=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd) ||
    { echo "there is no sshd; it is in the package openssh-server" >&2; return 1; }
  sshd_user=$(id -un)
  if ((EUID == 0)); then mkdir -p /run/sshd; fi  # it refuses to run without
  ssh-keygen -q -t ed25519 -N '' -C host -f "$dir/host_key" || return 1
  ssh-keygen -q -t ed25519 -N '' -C user -f "$dir/id_ed25519" || return 1
  cp "$dir/id_ed25519.pub" "$dir/authorized_keys"
  sshd_config "$dir" "$@" >"$dir/sshd_config"

  # Between the choice of the port and sshd's bind() somebody else may take it.
  for attempt in 1 2 3 4 5; do
    sshd_port=$(free_port) || return 1
    "$program" -D -e -f "$dir/sshd_config" -p "$sshd_port" 2>"$dir/sshd.log" &
    sshd_pid=$!
    if wait_for_sshd "$dir"; then
      printf '[127.0.0.1]:%s,[localhost]:%s %s\n' "$sshd_port" "$sshd_port" \
        "$(cut -d' ' -f1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
      return 0
    fi
    stop_sshd
    grep -q 'Cannot bind' "$dir/sshd.log" || break
  done
  echo "sshd does not start:" >&2
  cat "$dir/sshd.log" >&2
  return 1
}

stop_sshd() {
  [[ -n ${sshd_pid:-} ]] || return 0
  kill "$sshd_pid" 2>/dev/null
  wait "$sshd_pid" 2>/dev/null
  sshd_pid=
}

sshd_config() {
  local dir=$1 pam=no
  shift
  # Without PAM sshd lets nobody in whose password is locked, though keys do not need one.
  if ((EUID == 0)) && [[ $(passwd -S root 2>/dev/null | cut -d' ' -f2) == L* ]]; then pam=yes; fi
  if (($#)); then printf '%s\n' "$@"; fi
  cat <<END
ListenAddress 127.0.0.1
HostKey $dir/host_key
AuthorizedKeysFile $dir/authorized_keys
AllowUsers $sshd_user
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM $pam
PidFile none
PrintMotd no
PrintLastLog no
UseDNS no
MaxStartups 100
END
}

# A port that nobody uses, chosen by the kernel.
free_port() {
  local code='import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
  python3 -c "$code" 2>/dev/null ||
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport, "\n"'
}

wait_for_sshd() {
  local i
  for ((i = 0; i < 200; ++i)); do
    if grep -q '^Server listening on 127.0.0.1' "$1/sshd.log"; then return 0; fi
    kill -0 "$sshd_pid" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

# Whether sshd can give the invoking user a terminal.  Only root can change a terminal's group, so for others the
# kernel must do it (devpts mounted with gid=5, as it usually is).
has_terminals() {
  ((EUID == 0)) && return 0
  local code='import grp, os; print(os.fstat(os.openpty()[1]).st_gid == grp.getgrnam("tty").gr_gid)'
  [[ $(python3 -c "$code" 2>/dev/null) != False ]]
}

# The program of that name that was built last; with a second argument, of that variant only.
built() {
  find out -type f -name "$1" -perm -u+x -path "*/${2:-*}/*" -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d' ' -f2-
}
