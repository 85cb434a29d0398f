# amiko - the command line that asyncssh_server.py and paramiko_server.py share

import argparse
import os
import pwd


class AddRound(argparse.Action):
    """--round NAME INSTRUCTION: a keyboard-interactive request, without prompts so far."""

    def __call__(self, parser, namespace, values, option=None):
        namespace.rounds.append((values[0], values[1], []))


class AddPrompt(argparse.Action):
    """--prompt TEXT ECHO ANSWER: one more prompt for the last round; ECHO is 0 or 1."""

    def __call__(self, parser, namespace, values, option=None):
        namespace.rounds[-1][2].append((values[0], values[1] == "1", values[2]))


def parse(argv):
    # Passwords are no business of everybody who can run ps: a file may hold the arguments, each ended by NUL.
    if len(argv) == 2 and argv[0] == "--arguments-from":
        with open(argv[1], encoding="utf-8") as file:
            argv = file.read().split("\0")[:-1]
    parser = argparse.ArgumentParser()
    parser.add_argument("--host-key", action="append", default=[], metavar="FILE")
    parser.add_argument("--authorized-keys", metavar="FILE")
    parser.add_argument("--user", help="the only user name let in; without it, any")
    parser.add_argument("--password")
    parser.add_argument("--change-password", metavar="NEW", help="--password works after a change to NEW only")
    parser.add_argument("--round", dest="rounds", nargs=2, action=AddRound, default=[])
    parser.add_argument("--prompt", dest="prompt", nargs=3, action=AddPrompt)
    parser.add_argument("--methods", help="a,b: all of these, in this order (paramiko only)")
    parser.add_argument("--banner")
    parser.add_argument("--kex")
    parser.add_argument("--ciphers")
    parser.add_argument("--macs")
    parser.add_argument("--host-key-algorithms")
    parser.add_argument("--compression")
    parser.add_argument("--rekey", type=int, help="begin a key exchange after so many bytes")
    parser.add_argument("--account", help="become this user before anybody may log in (root only)")
    options = parser.parse_args(argv)
    for name in ("kex", "ciphers", "macs", "host_key_algorithms", "compression", "methods"):
        value = getattr(options, name)
        setattr(options, name, value.split(",") if value else None)
    return options


def become(account):
    """Gives up root for good."""
    if account is None:
        return
    entry = pwd.getpwnam(account)
    os.initgroups(entry.pw_name, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.chdir(entry.pw_dir)
    os.environ.update(HOME=entry.pw_dir, USER=entry.pw_name, LOGNAME=entry.pw_name)
