# amiko - paramiko for library_client.py
import socket
import threading

import paramiko

from library_client import LIMIT, Conversation


def names(_):
    # Listed here rather than offered: what Transport would use of its tables.
    every = paramiko.Transport
    return {"kex": ",".join(every._preferred_kex), "key": ",".join(every._preferred_keys),
            "cipher": ",".join(every._preferred_ciphers), "mac": ",".join(every._preferred_macs),
            "compression": ",".join(every._compression_info)}


def check_host_key(request, key):
    with open(request.known_hosts, encoding="ascii") as file:
        if key.get_base64() not in file.read().split():
            raise ValueError("another host key: " + key.get_name())


def load_key(name):
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key_file(name)
        except paramiko.SSHException:
            continue
    raise ValueError("no key in " + name)


def log_in(transport, request):
    if request.key:
        transport.auth_publickey(request.user, load_key(request.key))
    elif request.answers:
        transport.auth_interactive(
            request.user, lambda title, text, prompts: [request.answer(prompt) for prompt, echo in prompts])
    else:
        transport.auth_password(request.user, request.password, fallback=False)


def connect(request):
    transport = paramiko.Transport(socket.create_connection(request.where()))
    options = transport.get_security_options()
    for name, option in (
            ("kex", "kex"), ("key_algorithm", "key_types"), ("cipher", "ciphers"), ("mac", "digests"),
            ("compression", "compression")):
        if request.values.get(name):
            setattr(options, option, (request.values[name],))
    if request.rekey:
        transport.packetizer.REKEY_BYTES = int(request.rekey)
    transport.start_client(timeout=LIMIT)
    check_host_key(request, transport.get_remote_server_key())
    log_in(transport, request)
    return transport


def feed(channel, data):
    for start in range(0, len(data), 1 << 20):
        channel.sendall(data[start:start + (1 << 20)])
    channel.shutdown_write()


def read_all(read, into):
    while data := read(1 << 17):
        into.append(data)


def run(request):
    transport = connect(request)
    try:
        channel = transport.open_session()
        if request.env:
            channel.set_environment_variable(*request.env.split("=", 1))
        channel.exec_command(request.command)
        out, err = [], []
        threads = [threading.Thread(target=feed, args=(channel, request.read_input()), daemon=True),
                   threading.Thread(target=read_all, args=(channel.recv_stderr, err), daemon=True)]
        for thread in threads:
            thread.start()
        read_all(channel.recv, out)
        for thread in threads:
            thread.join(LIMIT)
        request.save(b"".join(out), b"".join(err))
        return {"status": channel.recv_exit_status()}
    finally:
        transport.close()


def talk(request):
    transport = connect(request)
    try:
        channel = transport.open_session()
        channel.get_pty("xterm", 80, 24)
        channel.invoke_shell()

        def read(seconds):
            channel.settimeout(seconds)
            try:
                return channel.recv(65536)
            except socket.timeout:
                return b""

        talk = Conversation(read, channel.sendall, lambda rows, columns: channel.resize_pty(columns, rows))
        talk.run(request.steps)
        status = channel.recv_exit_status()
        request.save(talk.output, b"")
        return {"status": status}
    finally:
        transport.close()
