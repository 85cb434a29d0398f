# amiko - an AsyncSSH server to test against: prints its port, then serves commands, a line echo, "echo" and "sftp"

import asyncio
import logging
import os
import signal
import sys

import asyncssh

import asyncssh_rekey
import peer_options


class Server(asyncssh.SSHServer):
    def __init__(self, options):
        self.options = options
        self.password = options.password
        self.round = 0
        self.connection = None

    def connection_made(self, conn):
        self.connection = conn

    def begin_auth(self, username):
        if self.options.banner is not None:
            self.connection.send_auth_banner(self.options.banner)
        return True

    def _known(self, username):
        return self.options.user in (None, username)

    def public_key_auth_supported(self):
        return self.options.authorized_keys is not None

    def validate_public_key(self, username, key):
        blobs = [line.split()[1] for line in AUTHORIZED if line.strip()]
        return self._known(username) and key.export_public_key().split()[1].decode() in blobs

    def password_auth_supported(self):
        return self.options.password is not None

    def validate_password(self, username, password):
        if not self._known(username) or password != self.password:
            return False
        if self.options.change_password is not None and password != self.options.change_password:
            raise asyncssh.PasswordChangeRequired("Your password has expired")
        return True

    def change_password(self, username, old_password, new_password):
        if not self._known(username) or old_password != self.password:
            return False
        if new_password != self.options.change_password:
            raise asyncssh.PasswordChangeRequired("Choose another password")
        self.password = new_password
        return True

    def kbdint_auth_supported(self):
        return bool(self.options.rounds)

    def get_kbdint_challenge(self, username, lang, submethods):
        self.round = 0
        return self._challenge()

    def _challenge(self):
        name, instruction, prompts = self.options.rounds[self.round]
        return name, instruction, "", [(text, echo) for text, echo, answer in prompts]

    def validate_kbdint_response(self, username, responses):
        expected = [answer for text, echo, answer in self.options.rounds[self.round][2]]
        if not self._known(username) or list(responses) != expected:
            return False
        self.round += 1
        return True if self.round == len(self.options.rounds) else self._challenge()

    def connection_requested(self, dest_host, dest_port, orig_host, orig_port):
        return True

    def server_requested(self, listen_host, listen_port):
        return True

    def unix_connection_requested(self, dest_path):
        return True

    def unix_server_requested(self, listen_path):
        return True


async def feed(process, child):
    """The client's input, signals included, to the child."""
    try:
        while not process.stdin.at_eof():
            try:
                data = await process.stdin.read(65536)
            except asyncssh.SignalReceived as received:
                child.send_signal(getattr(signal, "SIG" + received.signal))
                continue
            except (asyncssh.BreakReceived, asyncssh.TerminalSizeChanged):
                continue
            child.stdin.write(data)
            await child.stdin.drain()
    except (OSError, asyncssh.Error):
        pass
    finally:
        child.stdin.close()


async def pump(source, to):
    while data := await source.read(65536):
        to.write(data)
        await to.drain()


async def run_command(process):
    child = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", process.command, env={**os.environ, **process.env},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    feeding = asyncio.ensure_future(feed(process, child))
    try:
        await asyncio.gather(pump(child.stdout, process.stdout), pump(child.stderr, process.stderr))
        code = await child.wait()
    finally:
        feeding.cancel()
        if child.returncode is None:
            child.kill()
    if code < 0:
        process.exit_with_signal(signal.Signals(-code).name[3:], False, "ended by a signal", "")
    else:
        process.exit(code)


async def echo_lines(process):
    """The shell: says each line back; "exit N" ends it."""
    process.stdout.write(b"ready\n")
    while line := await process.stdin.readline():
        words = line.split()
        if words[:1] == [b"exit"]:
            process.exit(int(words[1]) if len(words) > 1 else 0)
            return
        process.stdout.write(line)
    process.exit(0)


async def serve(process):
    try:
        if process.subsystem == "echo":
            await pump(process.stdin, process.stdout)
            process.exit(0)
        elif process.subsystem is not None:
            process.exit(1)
        elif process.command is not None:
            await run_command(process)
        else:
            await echo_lines(process)
    except (OSError, asyncssh.Error):
        process.close()


async def main(options):
    algorithms = {name: value for name, value in {
        "kex_algs": options.kex, "encryption_algs": options.ciphers, "mac_algs": options.macs,
        "compression_algs": options.compression}.items() if value}
    if options.rekey:
        asyncssh_rekey.hold_back()
        algorithms["rekey_bytes"] = options.rekey
    # Loaded once: AsyncSSH would read the files again at each login, without the right to by then.
    keys = asyncssh.load_keypairs(options.host_key)
    if options.host_key_algorithms:
        for key in keys:
            wanted = [name.encode() for name in options.host_key_algorithms]
            key.host_key_algorithms = [name for name in wanted if name in key.host_key_algorithms]
    acceptor = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=lambda: Server(options), server_host_keys=keys,
        process_factory=serve, encoding=None, line_editor=False, sftp_factory=True, allow_scp=True, gss_host=None,
        **algorithms)
    peer_options.become(options.account)
    print(acceptor.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


OPTIONS = peer_options.parse(sys.argv[1:])
AUTHORIZED = open(OPTIONS.authorized_keys).readlines() if OPTIONS.authorized_keys else []
asyncssh.set_log_level("INFO")
logging.basicConfig()
asyncio.run(main(OPTIONS))
