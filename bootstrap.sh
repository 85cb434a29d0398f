#!/usr/bin/env bash
# amiko - installs what is needed, builds, demonstrates and tests.  ./bootstrap.sh help
# shellcheck disable=SC1090,SC1091,SC2016,SC2046,SC2064,SC2086  # lists of targets are meant to be split
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

jobs=$(nproc 2>/dev/null || echo 2)
botan_prefix=${BOTAN_PREFIX:-}
cache=$(realpath -m "${AMIKO_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/amiko}")

usage() {
  cat <<'END'
usage: ./bootstrap.sh COMMAND [--botan=PREFIX] [--jobs=N]

  deps            install the packages that are missing; build Botan where there is no 3.7 or later
  build           deps, then the library and the demos, optimised, in out/
  demo            build, then a tour of the demos
  test [SET ...]  deps and peers, then all tests, or only these sets:
                  unit headers asan limits tsan interop install demo
                  (all: not "unit", which is "asan" without the sanitizers)
  bench [MIB]     throughput and CPU per GiB beside ssh, libssh and libssh2
  bench server    the server: memory, callers, logins under attack, handshakes beside sshd's;
                  [seconds=N] [connections=N] [memory] [echo] [login] [handshakes]
  bench sftp      copies by SFTP beside sftp, libssh2, AsyncSSH and paramiko: [MIB [ROUNDS]]
  bench pairs     amiko's and OpenSSH's clients and servers with each other: [MIB [ROUNDS]]
  soak [MINUTES [OPERATIONS-PER-SECOND]]
                  logins, commands, files and re-keys in a row, some of them cut, and what is
                  left at the end (default: 30 minutes, 20 operations a second)
  fuzz SECONDS [TARGET ...]
                  fuzz each target for so long (clang is installed if it is missing)
  peers           install the other SSH programs that the interoperability tests talk to
  clean           remove out/

  --botan=PREFIX  use the Botan installed there (BOTAN_PREFIX in the environment does the same)
  --jobs=N        compile N files at a time (default: one for each processor)

Botan and OpenSSH 10 are kept in $AMIKO_CACHE (default: ~/.cache/amiko).
END
}

say() { printf 'bootstrap: %s\n' "$*"; }
die() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

log_and_die() {
  tail -n 20 "$1" >&2
  die "$2"
}

# --- packages --------------------------------------------------------------------------------

build_packages=(
  g++ make pkg-config ccache zlib1g-dev libsqlite3-dev libcrypt-dev libedit-dev libgcrypt20-dev libssl-dev python3 xz-utils
  libboost-tools-dev libboost-dev libboost-thread-dev libboost-chrono-dev libboost-test-dev)
peer_packages=(
  dropbear-bin putty-tools python3-asyncssh python3-paramiko
  sshpass libssh-dev libssh2-1-dev openssh-tests tmux vim-tiny less
  openssh-sftp-server lftp curl sshfs)

os_release() { (. /etc/os-release && echo "${!1:-}"); }

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# Installs those of the packages that are missing; fails, naming the command, where it may not.
install_packages() {
  local package missing=()
  if ! command -v dpkg-query >/dev/null; then
    say "no Debian packages here; please see to the equivalents of: $*"
    return 0
  fi
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    say "packages are missing; as root: apt-get install --no-install-recommends ${missing[*]}"
    return 1
  fi
  say "installing ${missing[*]}"
  mkdir -p "$cache"
  { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; } >"$cache/apt-log" 2>&1 ||
    { tail -n 20 "$cache/apt-log" >&2; say "apt-get could not install them"; return 1; }
}

# The package mirror this machine is set up with, whatever it is: the first that serves its release.
apt_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' |
    awk -v release="$(os_release VERSION_CODENAME)" '$2 == release && $1 !~ /security/ && !n++ { print $1 }'
}

# private_apt DIR TYPE SUITE: an apt of our own in DIR that knows one suite of the machine's mirror.
# Leaves the options to call it with in apt_options; the system's own apt state is not touched.
private_apt() {
  local dir=$1 type=$2 suite=$3 mirror
  mirror=$(apt_mirror)
  [[ -n $mirror ]] || { echo "apt has no mirror configured"; return 1; }
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
  echo "$type [signed-by=/usr/share/keyrings/$(os_release ID)-archive-keyring.gpg] $mirror $suite main" >"$dir/sources"
  apt_options=(-o Dir::Etc::sourcelist="$dir/sources" -o Dir::Etc::sourceparts=-
    -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache")
  # The user that apt otherwise becomes may be unable to write in a private folder.
  if ((EUID == 0)); then apt_options+=(-o APT::Sandbox::User=root); fi
  apt-get "${apt_options[@]}" update
}

# --- Botan -----------------------------------------------------------------------------------

botan_version=3.7.1
botan_modules=(
  auto_rng system_rng getentropy
  aes aes_vperm gcm ghash_vperm ctr cbc des blowfish cast128 rc4 seed
  chacha chacha_simd32 poly1305 chacha20poly1305
  sha1 sha2_32 sha2_64 sha3 md5 hmac
  dh ecdh ecdsa x25519 x448 ed25519 ed448 rsa dsa ml_kem ml_dsa pubkey
  pcurves_secp256r1 pcurves_secp384r1 pcurves_secp521r1 pcurves_secp256k1
  eme_oaep eme_pkcs1 emsa_pkcs1 emsa_raw
  bcrypt_pbkdf pbkdf2 pbes2 scrypt argon2 argon2fmt pem hex base64 x509 certstor_system)
botan_modules_x86=(
  rdseed aes_ni aes_vaes ghash_cpu chacha_avx2 chacha_avx512 sha1_sse2 sha1_x86
  sha2_32_x86 sha2_32_bmi2 sha2_64_bmi2 keccak_perm_bmi2 argon2_ssse3 argon2_avx2)
botan_modules_arm=(aes_armv8 ghash_cpu sha1_armv8 sha2_32_armv8 sha2_64_armv8)
botan_flags="-fPIC -O3"

botan_module_list() {
  local all=("${botan_modules[@]}")
  case $(uname -m) in
    x86_64) all+=("${botan_modules_x86[@]}") ;;
    aarch64) all+=("${botan_modules_arm[@]}") ;;
  esac
  (IFS=, && echo "${all[*]}")
}

# Where our own build of Botan lives; another module list or other flags get another folder.
botan_cached_prefix() {
  local key
  key=$(echo "$(botan_module_list) $botan_flags" | sha256sum)
  echo "$cache/botan-$botan_version-${key:0:8}"
}

# Sets botan_prefix (empty when pkg-config finds a good one by itself).
ensure_botan() {
  if [[ -n $botan_prefix ]]; then
    [[ -d $botan_prefix/include/botan-3 ]] || die "no Botan 3 under $botan_prefix (--botan or BOTAN_PREFIX)"
  elif ! pkg-config --exists 'botan-3 >= 3.7' 2>/dev/null; then
    botan_prefix=$(botan_cached_prefix)
    [[ -d $botan_prefix ]] || build_botan
  fi
  if [[ -n $botan_prefix ]]; then export BOTAN_PREFIX=$botan_prefix; fi
}

build_botan() {
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if [[ ! -d $botan_prefix ]]; then  # another run may have finished it while we waited
    local work=$cache/botan-build
    rm -rf "$work"
    mkdir -p "$work"
    say "Botan 3.7 or later is not installed: building $botan_version in $cache (about two minutes, once)"
    fetch_botan "$work"
    compile_botan "$work"
    mkdir -p "$(dirname "$botan_prefix")"
    mv "$work/tree$botan_prefix" "$botan_prefix"  # one rename: a half-made build is never seen there
    rm -rf "$work"
    say "Botan is in $botan_prefix"
  fi
  exec 9>&-
}

fetch_botan() {
  local work=$1 suite help="install Botan 3.7 or later yourself and pass --botan=PREFIX"
  case $(os_release ID) in
    debian) suite=trixie ;;
    ubuntu) suite=questing ;;
    *) die "this is neither Debian nor Ubuntu: $help" ;;
  esac
  say "Botan: fetching the source package of $suite"
  { private_apt "$work/apt" deb-src "$suite" && (cd "$work" && apt-get "${apt_options[@]}" source --tar-only botan3); } \
    >"$work/log" 2>&1 || log_and_die "$work/log" "no source package of Botan 3; $help"
  mkdir "$work/source"
  tar -xf "$work"/botan3_*.orig.tar.* -C "$work/source" --strip-components=1
}

compile_botan() (
  work=$1
  cd "$work/source"
  say "Botan: configuring"
  ./configure.py --prefix="$botan_prefix" --libdir=lib --minimized-build --enable-modules="$(botan_module_list)" \
    --build-targets=static,shared --without-documentation --no-install-python-module \
    --cc-bin="$(command -v g++)" --extra-cxxflags="$botan_flags" >"$work/log" 2>&1 ||
    log_and_die "$work/log" "configuring Botan failed"
  total=$(grep -c '^build/obj/lib/.*\.o:' Makefile || true)
  say "Botan: compiling $total files, $jobs at a time"
  (while sleep 20; do say "Botan: $(find build/obj/lib -name '*.o' | wc -l) of $total files"; done) 9>&- &
  trap "kill $!" EXIT
  make -j"$jobs" >"$work/log" 2>&1 || log_and_die "$work/log" "compiling Botan failed"
  DESTDIR="$work/tree" make install >>"$work/log" 2>&1 || log_and_die "$work/log" "installing Botan failed"
)

# --- the programs that the interoperability tests talk to --------------------------------------

# Installing a server must not start one: a policy-rc.d that says no is Debian's way to put it.
install_server() {
  local policy=/usr/sbin/policy-rc.d ours=
  if [[ ! -e $policy ]] && ! is_installed openssh-server && as_root true 2>/dev/null; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
  fi
  local rc=0
  install_packages openssh-server openssh-client || rc=$?
  if [[ -n $ours ]]; then as_root rm -f "$policy"; fi
  if ((EUID == 0)); then mkdir -p /run/sshd; fi  # sshd refuses to run without
  return "$rc"
}

peers() {
  install_server && install_packages "${peer_packages[@]}" || say "note: tests skip the peers that are absent"
  ensure_openssh10
}

# OpenSSH 10 beside an older one, unpacked and not installed.  Sets AMIKO_OPENSSH10 where it is there.
ensure_openssh10() {
  local place=$cache/openssh-10
  unset AMIKO_OPENSSH10
  if [[ ! -d $place ]]; then
    local work=$cache/openssh-unpack
    rm -rf "$work"
    mkdir -p "$work"
    if fetch_openssh10 "$work" >"$work/log" 2>&1; then
      mv "$work/tree" "$place"
      rm -rf "$work"
    else
      say "note: no OpenSSH 10 to test with ($work/log says why)"
      return 0
    fi
  fi
  export AMIKO_OPENSSH10=$place
}

fetch_openssh10() {
  local work=$1 suite deb
  suite=$(os_release VERSION_CODENAME)-backports
  private_apt "$work/apt" deb "$suite" &&
    (cd "$work" && apt-get "${apt_options[@]}" download "openssh-client/$suite" "openssh-server/$suite") || return 1
  for deb in "$work"/openssh-*_1%3a10*.deb; do
    dpkg -x "$deb" "$work/tree" || return 1
  done
  [[ -x $work/tree/usr/sbin/sshd && -x $work/tree/usr/bin/ssh ]]
}

# --- building ------------------------------------------------------------------------------------

launcher=()  # runs b2 and all that it starts

deps() {
  install_packages "${build_packages[@]}"
  ensure_botan
}

run_b2() { "${launcher[@]}" b2 -j"$jobs" "$@"; }

build() {
  deps
  say "building the library and the demos (variant=release)"
  run_b2 variant=release
}

demo() {
  build
  demo/tour.sh
}

bench() {
  deps
  peers
  run_b2 variant=release bench demo
  if [[ ${1:-} == server ]]; then
    out/bench/bench-server "${@:2}"
  elif [[ ${1:-} == sftp ]]; then
    out/bench/bench-sftp "${@:2}"
  elif [[ ${1:-} == pairs ]]; then
    test/bench/pairs.py "${@:2}"
  else
    out/bench/bench-throughput "${@:-1024}"
  fi
}

soak() {
  deps
  run_b2 variant=release soak
  out/soak/soak "$@"
}

fuzz() {
  deps
  install_packages clang
  install_packages "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"  # the fuzzer and the sanitizers
  test/fuzz/run.sh "${@:-60}"
}

# --- tests ---------------------------------------------------------------------------------------

source test/sets.sh

# --- the command line ------------------------------------------------------------------------------

words=()
for argument in "$@"; do
  case $argument in
    --botan=*) botan_prefix=$(realpath -m "${argument#*=}") ;;
    --jobs=*) jobs=${argument#*=} ;;
    -h | --help) words=(help) && break ;;
    -*) usage >&2 && exit 2 ;;
    *) words+=("$argument") ;;
  esac
done

case ${words[0]:-help} in
  help) usage ;;
  deps) deps ;;
  build) build ;;
  demo) demo ;;
  test) run_tests "${words[@]:1}" ;;
  peers) peers ;;
  bench) bench "${words[@]:1}" ;;
  soak) soak "${words[@]:1}" ;;
  fuzz) fuzz "${words[@]:1}" ;;
  clean) rm -rf out ;;
  *) usage >&2 && exit 2 ;;
esac
