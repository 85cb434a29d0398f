# amiko - libssh for library_client.py
import ctypes

from library_client import LIMIT, Conversation

# enum ssh_options_e
HOST, PORT, USER, KNOWN_HOSTS, TIMEOUT = 0, 1, 4, 8, 9
CIPHERS_OUT, CIPHERS_IN, COMPRESSION_OUT, COMPRESSION_IN = 15, 16, 17, 18
KEX, HOST_KEYS, MACS_OUT, MACS_IN, GLOBAL_KNOWN_HOSTS, PROCESS_CONFIG, REKEY_DATA = 24, 25, 29, 30, 35, 38, 39
AUTH_SUCCESS, AUTH_INFO, KNOWN_HOSTS_OK, SSH_ERROR = 0, 3, 1, -1

library = ctypes.CDLL("libssh.so.4")
for function in ("ssh_new", "ssh_channel_new"):
    getattr(library, function).restype = ctypes.c_void_p
for function in ("ssh_get_error", "ssh_userauth_kbdint_getprompt"):
    getattr(library, function).restype = ctypes.c_char_p

EXIT_SIGNAL = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int,
                               ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)


class Callbacks(ctypes.Structure):
    """struct ssh_channel_callbacks_struct up to what is used here, with room for the rest."""
    _fields_ = [("size", ctypes.c_size_t), ("userdata", ctypes.c_void_p), ("data", ctypes.c_void_p),
                ("eof", ctypes.c_void_p), ("close", ctypes.c_void_p), ("signal", ctypes.c_void_p),
                ("exit_status", ctypes.c_void_p), ("exit_signal", EXIT_SIGNAL), ("rest", ctypes.c_void_p * 9)]


def names(_):
    return {}


class Session:
    def __init__(self, request):
        self.request = request
        self.handle = ctypes.c_void_p(library.ssh_new())
        self.channel = None
        self.signal = ""
        self.set_options()
        self.check(library.ssh_connect(self.handle))
        if library.ssh_session_is_known_server(self.handle) != KNOWN_HOSTS_OK:
            raise ValueError("the host key is another one, or not known")
        self.log_in()

    def check(self, result):
        if result == SSH_ERROR:
            raise OSError(library.ssh_get_error(self.handle).decode())
        return result

    def set(self, option, value):
        if isinstance(value, str):
            value = value.encode()
        else:
            value = ctypes.byref(value)
        self.check(library.ssh_options_set(self.handle, option, value))

    def set_options(self):
        request = self.request
        self.set(PROCESS_CONFIG, ctypes.c_bool(False))
        self.set(HOST, request.host)
        self.set(PORT, ctypes.c_uint(int(request.port)))
        self.set(USER, request.user)
        self.set(KNOWN_HOSTS, request.known_hosts)
        self.set(GLOBAL_KNOWN_HOSTS, "/dev/null")
        self.set(TIMEOUT, ctypes.c_long(int(LIMIT)))
        for name, options in (
                ("kex", [KEX]), ("key_algorithm", [HOST_KEYS]), ("cipher", [CIPHERS_OUT, CIPHERS_IN]),
                ("mac", [MACS_OUT, MACS_IN]), ("compression", [COMPRESSION_OUT, COMPRESSION_IN])):
            for option in options if request.values.get(name) else []:
                self.set(option, request.values[name])
        if request.rekey:
            self.set(REKEY_DATA, ctypes.c_uint64(int(request.rekey)))

    def log_in(self):
        request = self.request
        if request.key:
            key = ctypes.c_void_p()
            self.check(library.ssh_pki_import_privkey_file(
                request.key.encode(), None, None, None, ctypes.byref(key)))
            result = library.ssh_userauth_publickey(self.handle, None, key)
            library.ssh_key_free(key)
        elif request.answers:
            result = self.log_in_interactively()
        else:
            result = library.ssh_userauth_password(self.handle, None, request.password.encode())
        if result != AUTH_SUCCESS:
            raise PermissionError("login refused: " + library.ssh_get_error(self.handle).decode())

    def log_in_interactively(self):
        while (result := library.ssh_userauth_kbdint(self.handle, None, None)) == AUTH_INFO:
            for i in range(library.ssh_userauth_kbdint_getnprompts(self.handle)):
                echo = ctypes.c_char()
                prompt = library.ssh_userauth_kbdint_getprompt(self.handle, i, ctypes.byref(echo)).decode()
                library.ssh_userauth_kbdint_setanswer(self.handle, i, self.request.answer(prompt).encode())
        return result

    def open(self):
        self.channel = ctypes.c_void_p(library.ssh_channel_new(self.handle))
        self.callbacks = Callbacks(exit_signal=EXIT_SIGNAL(self.note_signal))
        self.callbacks.size = ctypes.sizeof(Callbacks)
        self.check(library.ssh_set_channel_callbacks(self.channel, ctypes.byref(self.callbacks)))
        self.check(library.ssh_channel_open_session(self.channel))

    def note_signal(self, session, channel, name, core, text, language, data):
        self.signal = name.decode()

    def read(self, seconds, stream=0):
        buffer = ctypes.create_string_buffer(1 << 17)
        limit = int(seconds * 1000)
        count = library.ssh_channel_read_timeout(self.channel, buffer, len(buffer), stream, limit)
        return buffer.raw[:self.check(count)] if count > 0 else b""

    def write(self, data):
        return self.check(library.ssh_channel_write(self.channel, data, len(data)))

    def status(self):
        """Waits for the status, or for the end without one: -1."""
        return library.ssh_channel_get_exit_status(self.channel)

    def close(self):
        if self.channel:
            library.ssh_channel_free(self.channel)
        library.ssh_disconnect(self.handle)
        library.ssh_free(self.handle)


def exchange(session, data):
    """Sends and receives in turns, never so far apart that both ends wait for the other to read."""
    out, err, received, sent = [], [], 0, 0
    while sent < len(data):
        room = sent - received < 1 << 18
        if room:
            sent += session.write(data[sent:sent + (1 << 15)])
        out.append(session.read(0 if room else 1))
        received += len(out[-1])
    session.check(library.ssh_channel_send_eof(session.channel))
    while not library.ssh_channel_is_eof(session.channel):  # which it is when both buffers are empty, too
        out.append(session.read(0.01))
        err.append(session.read(0, 1))
    return b"".join(out), b"".join(err)


def run(request):
    session = Session(request)
    try:
        session.open()
        if request.env:
            name, value = request.env.encode().split(b"=", 1)
            session.check(library.ssh_channel_request_env(session.channel, name, value))
        session.check(library.ssh_channel_request_exec(session.channel, request.command.encode()))
        request.save(*exchange(session, request.read_input()))
        return {"status": session.status(), "signal": session.signal}
    finally:
        session.close()


def talk(request):
    session = Session(request)
    try:
        session.open()
        session.check(library.ssh_channel_request_pty_size(session.channel, b"xterm", 80, 24))
        session.check(library.ssh_channel_request_shell(session.channel))
        conversation = Conversation(
            session.read, session.write,
            lambda rows, columns: session.check(
                library.ssh_channel_change_pty_size(session.channel, columns, rows)))
        conversation.run(request.steps)
        request.save(conversation.output, b"")
        return {"status": session.status()}
    finally:
        session.close()
