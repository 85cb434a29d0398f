# amiko - a paramiko server to test against: prints its port, then serves commands, a line echo, "echo" and "sftp"

import logging
import os
import signal
import socket
import subprocess
import sys
import threading

import paramiko
from paramiko.common import MSG_CHANNEL_REQUEST, cMSG_CHANNEL_REQUEST

import peer_options


class Server(paramiko.ServerInterface):
    def __init__(self, options):
        self.options = options
        self.round = 0
        self.done = []
        self.environment = {}
        self.pending = None

    def get_banner(self):
        return (self.options.banner, "en") if self.options.banner is not None else (None, None)

    # --- authentication

    def get_allowed_auths(self, username):
        if self.options.methods:
            return self.options.methods[len(self.done)]
        offered = {"publickey": AUTHORIZED, "password": self.options.password is not None,
                   "keyboard-interactive": self.options.rounds}
        return ",".join(name for name, wanted in offered.items() if wanted)

    def _passed(self, username, method, good):
        if not good or self.options.user not in (None, username):
            return paramiko.AUTH_FAILED
        if not self.options.methods:
            return paramiko.AUTH_SUCCESSFUL
        if self.done[-1:] == [method]:  # paramiko asks about a key twice: when it is probed and when it signs
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        if self.options.methods[len(self.done)] != method:
            return paramiko.AUTH_FAILED
        self.done.append(method)
        complete = len(self.done) == len(self.options.methods)
        return paramiko.AUTH_SUCCESSFUL if complete else paramiko.AUTH_PARTIALLY_SUCCESSFUL

    def check_auth_password(self, username, password):
        expected = self.options.password
        return self._passed(username, "password", expected is not None and password == expected)

    def check_auth_publickey(self, username, key):
        return self._passed(username, "publickey", key.get_base64() in AUTHORIZED)

    def check_auth_interactive(self, username, submethods):
        self.username = username
        self.round = 0
        return self._query() if self.options.rounds else paramiko.AUTH_FAILED

    def _query(self):
        name, instruction, prompts = self.options.rounds[self.round]
        return paramiko.InteractiveQuery(name, instruction, *[(text, echo) for text, echo, answer in prompts])

    def check_auth_interactive_response(self, responses):
        expected = [answer for text, echo, answer in self.options.rounds[self.round][2]]
        if list(responses) != expected:
            return paramiko.AUTH_FAILED
        self.round += 1
        if self.round < len(self.options.rounds):
            return self._query()
        return self._passed(self.username, "keyboard-interactive", True)

    # --- sessions

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_UNKNOWN_CHANNEL_TYPE

    def check_channel_pty_request(self, *unused):
        return True

    def check_channel_window_change_request(self, *unused):
        return True

    def check_channel_env_request(self, channel, name, value):
        self.environment[name.decode()] = value.decode()
        return True

    def check_channel_exec_request(self, channel, command):
        return self._start(run_command, channel, os.fsdecode(command), self.environment)

    def check_channel_shell_request(self, channel):
        return self._start(echo_lines, channel)

    def check_channel_subsystem_request(self, channel, name):
        if name == "sftp":
            return super().check_channel_subsystem_request(channel, name)
        return name == "echo" and self._start(echo, channel)

    def _start(self, work, *arguments):
        self.pending = threading.Thread(target=guarded, args=(work, *arguments), daemon=True)
        return True


def answered(work):
    """What the system refuses becomes a status."""
    def wrapper(*arguments):
        try:
            result = work(*arguments)
            return paramiko.SFTP_OK if result is None else result
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
    return wrapper


def change(path, attributes):
    """paramiko's own function empties a file before it gives it another size."""
    if attributes._flags & attributes.FLAG_SIZE:
        os.truncate(path, attributes.st_size)
        attributes._flags &= ~attributes.FLAG_SIZE
    paramiko.SFTPServer.set_file_attr(path, attributes)


class OpenFile(paramiko.SFTPHandle):
    def stat(self):
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    @answered
    def chattr(self, attributes):
        change(self.filename, attributes)


class Files(paramiko.SFTPServerInterface):
    """The files of this machine."""

    @answered
    def list_folder(self, path):
        return [paramiko.SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name)
                for entry in os.scandir(path)]

    @answered
    def stat(self, path):
        return paramiko.SFTPAttributes.from_stat(os.stat(path))

    @answered
    def lstat(self, path):
        return paramiko.SFTPAttributes.from_stat(os.lstat(path))

    @answered
    def open(self, path, flags, attributes):
        kind = "r+b" if flags & os.O_RDWR else "wb" if flags & os.O_WRONLY else "rb"
        file = os.fdopen(os.open(path, flags, 0o666), "ab" if flags & os.O_APPEND else kind, buffering=0)
        handle = OpenFile(flags)
        handle.filename, handle.readfile, handle.writefile = path, file, file
        return handle

    remove = answered(lambda self, path: os.remove(path))
    rename = answered(lambda self, old, new: os.rename(old, new))
    posix_rename = answered(lambda self, old, new: os.replace(old, new))
    mkdir = answered(lambda self, path, attributes: os.mkdir(path))
    rmdir = answered(lambda self, path: os.rmdir(path))
    chattr = answered(lambda self, path, attributes: change(path, attributes))
    symlink = answered(lambda self, target, path: os.symlink(target, path))
    readlink = answered(lambda self, path: os.readlink(path))


def guarded(work, channel, *arguments):
    try:
        work(channel, *arguments)
    except (OSError, EOFError, paramiko.SSHException) as error:  # the client went away
        logging.info("session: %r", error)
    finally:
        channel.close()


def feed(channel, child):
    try:
        while data := channel.recv(32768):
            child.stdin.write(data)
            child.stdin.flush()
    except OSError:
        pass
    finally:
        try:
            child.stdin.close()
        except OSError:
            pass


def pump(source, send):
    while data := source.read1(32768):
        send(data)


def send_exit_signal(channel, name):
    message = paramiko.Message()
    message.add_byte(cMSG_CHANNEL_REQUEST)
    message.add_int(channel.remote_chanid)
    message.add_string("exit-signal")
    message.add_boolean(False)
    message.add_string(name)
    message.add_boolean(False)
    message.add_string("ended by a signal")
    message.add_string("")
    channel.transport._send_user_message(message)


def run_command(channel, command, environment):
    child = subprocess.Popen(["/bin/sh", "-c", command], env={**os.environ, **environment}, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    threading.Thread(target=feed, args=(channel, child), daemon=True).start()
    errors = threading.Thread(target=pump, args=(child.stderr, channel.sendall_stderr), daemon=True)
    errors.start()
    try:
        pump(child.stdout, channel.sendall)
    except OSError:
        child.kill()
    errors.join()
    code = child.wait()
    if code < 0:
        send_exit_signal(channel, signal.Signals(-code).name[3:])
    else:
        channel.send_exit_status(code)


def echo(channel):
    while data := channel.recv(32768):
        channel.sendall(data)
    channel.send_exit_status(0)


def echo_lines(channel):
    """The shell: says each line back; "exit N" ends it."""
    channel.sendall(b"ready\n")
    lines = channel.makefile("rb")
    code = 0
    for line in lines:
        words = line.split()
        if words[:1] == [b"exit"]:
            code = int(words[1]) if len(words) > 1 else 0
            break
        channel.sendall(line)
    channel.send_exit_status(code)


class Transport(paramiko.Transport):
    """Starts a session's work after the reply to its request, so that no output precedes that."""

    def _handle_request(channel, message):
        paramiko.Channel._handle_request(channel, message)
        server = channel.transport.server_object
        thread, server.pending = server.pending, None
        if thread:
            thread.start()

    _channel_handler_table = {**paramiko.Transport._channel_handler_table, MSG_CHANNEL_REQUEST: _handle_request}


def serve(connection, keys, options):
    transport = Transport(connection)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
    if options.compression:
        transport.use_compression(options.compression != ["none"])
    if options.rekey:
        transport.packetizer.REKEY_BYTES = options.rekey
    security = transport.get_security_options()
    for key in keys:
        transport.add_server_key(key)
    if options.kex:
        security.kex = options.kex
    if options.ciphers:
        security.ciphers = options.ciphers
    if options.macs:
        security.digests = options.macs
    if options.host_key_algorithms:
        security.key_types = options.host_key_algorithms
    try:
        transport.start_server(server=Server(options))
        transport.join()
    except (OSError, EOFError, paramiko.SSHException) as error:
        logging.info("connection: %r", error)


def load_key(file):
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind(filename=file)
        except paramiko.SSHException:
            pass
    raise SystemExit("cannot read the key " + file)


def main(options):
    keys = [load_key(file) for file in options.host_key]
    paramiko.Transport.load_server_moduli("/etc/ssh/moduli")  # it offers group exchange even without
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    peer_options.become(options.account)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection, keys, options), daemon=True).start()


OPTIONS = peer_options.parse(sys.argv[1:])
AUTHORIZED = [line.split()[1] for line in open(OPTIONS.authorized_keys)] if OPTIONS.authorized_keys else []
logging.basicConfig(level=logging.INFO)
main(OPTIONS)
