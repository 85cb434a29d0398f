"""amiko - an SSH server for the examples' test: python3 test_server.py DIRECTORY KNOWN_HOSTS
It takes the user names guest and user123 with DIRECTORY/id_ed25519, or guest with the password "secret", and runs
commands in DIRECTORY.  It adds its key to KNOWN_HOSTS and prints its port."""

import asyncio
import sys

import asyncssh

directory, known_hosts = sys.argv[1:]


class Server(asyncssh.SSHServer):
    def connection_made(self, conn):
        conn.send_auth_banner("Welcome to the test server.\n")

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return username == "guest" and password == "secret"


async def serve_process(process):
    child = await asyncio.create_subprocess_shell(
        process.command, cwd=directory, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, err = await child.communicate()
    process.stdout.write(out)
    process.stderr.write(err)
    process.exit(child.returncode)


async def main():
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Server, server_host_keys=[key], process_factory=serve_process,
        authorized_client_keys=f"{directory}/id_ed25519.pub", encoding=None)
    port = server.sockets[0].getsockname()[1]
    with open(known_hosts, "a") as file:
        file.write(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    print(port, flush=True)
    await server.wait_closed()


asyncio.run(main())
