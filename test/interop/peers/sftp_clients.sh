#!/usr/bin/env bash
# amiko - SFTP clients of others, each of which puts a tree on a server and gets it back.
# sftp_clients.sh CLIENT: from the environment it takes PORT, USER, PASSWORD, KEY (a file), KNOWN_HOSTS (a file),
# SOURCE (a folder that becomes "up" on the server), TARGET (where "up" is to come back to, as TARGET itself) and HOME
# (a scratch folder).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
host=127.0.0.1
ssh_options=(-F none -o UserKnownHostsFile="$KNOWN_HOSTS" -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes
  -o IdentitiesOnly=yes -o IdentityFile="$KEY" -o IdentityAgent=none -o BatchMode=yes)

with_sftp() {
  sftp "${ssh_options[@]}" -P "$PORT" -b - "$USER@$host" <<END
mkdir up
put -rp $SOURCE/. up
ls -la up
rename up/moved up/moved2
rename up/moved2 up/moved
symlink plain up/a_link
rm up/a_link
df
get -rp up $TARGET
END
}

with_psftp() {
  local key=$HOME/key.ppk
  puttygen "$KEY" -o "$key" -O private
  printf 'cd /\nmkdir up\nput -r %s up\nget -r up %s\nquit\n' "$SOURCE" "$TARGET" |
    psftp -P "$PORT" -batch -hostkey "$FINGERPRINT" -i "$key" "$USER@$host" -b /dev/stdin
}

# Both ways, and a third time, when there is nothing left to do.
with_lftp() {
  local connect="ssh -a -x ${ssh_options[*]}"
  lftp -e "set sftp:connect-program \"$connect\"; set cmd:fail-exit yes; set net:max-retries 1; set net:timeout 60;
    open -u $USER, sftp://$host:$PORT; mirror -R --parallel=3 $SOURCE /up; mirror --parallel=3 /up $TARGET;
    mirror --verbose /up $TARGET; bye"
}

with_curl() {
  local options=(--silent --show-error --user "$USER:" --key "$KEY" --pubkey "$KEY.pub" --insecure) file
  (cd "$SOURCE" && find . -type f -printf '%P\0') | while IFS= read -rd '' file; do
    curl "${options[@]}" --ftp-create-dirs -T "$SOURCE/$file" "sftp://$host:$PORT/up/${file// /%20}"
    curl "${options[@]}" --create-dirs -o "$TARGET/$file" "sftp://$host:$PORT/up/${file// /%20}"
  done
  curl "${options[@]}" "sftp://$host:$PORT/up/" >"$HOME/list"
  grep -q ' plain$' "$HOME/list"
}

# Only "/arena", which the test makes under the server's root, is mounted: whatever goes wrong, and whoever removes the
# scratch folder while it is mounted still, can reach nothing else of the server.
mount=
unmount() { [[ -z $mount ]] || fusermount3 -u "$mount" || fusermount3 -uz "$mount"; }
with_sshfs() {
  local command="ssh ${ssh_options[*]}"
  mkdir "$HOME/mount"
  sshfs -p "$PORT" -o ssh_command="$command" "$USER@$host:/arena" "$HOME/mount"
  mount=$HOME/mount
  trap unmount EXIT
  cp -a "$SOURCE" "$mount/up"
  mv "$mount/up/moved" "$mount/up/moved2"
  mv "$mount/up/moved2" "$mount/up/moved"
  echo appended >>"$mount/up/plain"
  truncate -s -9 "$mount/up/plain"
  ln -s plain "$mount/up/a_link"
  [[ $(readlink "$mount/up/a_link") == plain ]]
  rm "$mount/up/a_link"
  cp -a "$mount/up" "$TARGET"
}

case $1 in
  sftp | psftp | lftp | curl | sshfs) "with_$1" ;;
  paramiko | asyncssh) exec /usr/bin/python3 "$here/sftp_$1.py" ;;
  *) echo "no such client: $1" >&2 && exit 1 ;;
esac
