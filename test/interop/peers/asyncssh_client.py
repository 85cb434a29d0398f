# amiko - AsyncSSH for library_client.py
import asyncio
import time

import asyncssh
from asyncssh.compression import get_compression_algs
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs

import asyncssh_rekey
from library_client import LIMIT, Conversation


def names(_):
    every = {"kex": get_kex_algs(), "key": get_public_key_algs(), "cipher": get_encryption_algs(),
             "mac": get_mac_algs(), "compression": get_compression_algs()}
    return {kind: ",".join(name.decode() for name in found) for kind, found in every.items()}


asyncssh_rekey.hold_back()


class Client(asyncssh.SSHClient):
    def __init__(self, request):
        self.request = request

    def kbdint_auth_requested(self):
        return "" if self.request.answers else None

    def kbdint_challenge_received(self, name, instructions, lang, prompts):
        return [self.request.answer(prompt) for prompt, echo in prompts]


def connect(request):
    options = {}
    for name, option in (
            ("kex", "kex_algs"), ("key_algorithm", "server_host_key_algs"), ("cipher", "encryption_algs"),
            ("mac", "mac_algs"), ("compression", "compression_algs")):
        if request.values.get(name):
            options[option] = [request.values[name]]
    if request.rekey:
        options["rekey_bytes"] = int(request.rekey)
    host, port = request.where()
    method = "publickey" if request.key else "keyboard-interactive" if request.answers else "password"
    return asyncssh.connect(
        host, port, username=request.user, known_hosts=request.known_hosts, config=None, agent_path=None,
        client_keys=[request.key] if request.key else None, password=request.password or None,
        preferred_auth=method, gss_host=None, client_factory=lambda: Client(request), **options)


async def run_command(request):
    async with connect(request) as connection:
        env = dict([request.env.split("=", 1)]) if request.env else {}
        async with connection.create_process(request.command, encoding=None, env=env) as process:
            out, err = await process.communicate(request.read_input())
            request.save(out, err)
            return {"status": process.returncode,
                    "signal": process.exit_signal[0] if process.exit_signal else ""}


class Steps(Conversation):
    """The same with waiting that leaves the event loop alone."""

    async def run_all(self, steps):
        for line in steps.splitlines():
            if line.startswith("expect "):
                text = line[7:].encode().decode("unicode_escape").encode("latin-1")
                await asyncio.wait_for(self.expect_later(text), LIMIT)
            else:
                self.run(line)

    async def expect_later(self, text):
        end = time.monotonic() + LIMIT
        while self.output.find(text, self.seen) < 0 and time.monotonic() < end:
            self.output += await self.read(65536)
        self.seen = self.output.find(text, self.seen) + len(text)


async def run_shell(request):
    async with connect(request) as connection:
        async with connection.create_process(encoding=None, term_type="xterm", term_size=(80, 24)) as process:
            steps = Steps(process.stdout.read, process.stdin.write,
                          lambda rows, columns: process.change_terminal_size(columns, rows))
            await steps.run_all(request.steps)
            await process.wait()
            request.save(steps.output, b"")
            return {"status": process.returncode}


def run(request):
    return asyncio.run(asyncio.wait_for(run_command(request), 2 * LIMIT))


def talk(request):
    return asyncio.run(asyncio.wait_for(run_shell(request), 2 * LIMIT))
