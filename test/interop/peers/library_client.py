# amiko - an SSH client library of others, driven by a test: library_client.py asyncssh|libssh|paramiko
"""Reads requests from standard input, one a line: words NAME=VALUE with the value in hexadecimal.  Answers
each with such a line on standard output.

  op        list: the algorithm names that the library has, in kex, key, cipher, mac, compression
            run: a command; talk: a shell on a terminal, with the steps of test/demo/on_terminal.py
  host, port, user, known_hosts     where to, as whom, and a known_hosts file that has its keys
  password | key (a file) | answers (prompt part NUL answer NUL ...)
  kex, key_algorithm, cipher, mac, compression, rekey        one name each; bytes after which to re-key
  command, env (NAME=VALUE), input, out, err                 the last three are files

and the answer: status, signal, or error."""
import importlib
import sys
import time
import traceback

LIMIT = 60.0


class Request:
    def __init__(self, line):
        self.values = {}
        for word in line.split():
            name, _, value = word.partition("=")
            self.values[name] = bytes.fromhex(value).decode()

    def __getattr__(self, name):
        return self.values.get(name, "")

    def where(self):
        return self.host, int(self.port)

    def answer(self, prompt):
        words = self.answers.split("\0")
        for part, answer in zip(words[0::2], words[1::2]):
            if part in prompt:
                return answer
        raise ValueError("no answer to " + repr(prompt))

    def read_input(self):
        if not self.input:
            return b""
        with open(self.input, "rb") as file:
            return file.read()

    def save(self, out, err):
        for name, data in ((self.out, out), (self.err, err)):
            with open(name, "wb") as file:
                file.write(data)


class Conversation:
    """The steps, for any library: `read` gives bytes within so many seconds (b"" for none), and so on."""

    def __init__(self, read, write, resize):
        self.read, self.write, self.resize = read, write, resize
        self.output = b""
        self.seen = 0

    def expect(self, text):
        end = time.monotonic() + LIMIT
        while self.output.find(text, self.seen) < 0:
            if time.monotonic() > end:
                raise ValueError("expected %r, got %r" % (text, self.output[self.seen:]))
            self.output += self.read(0.1)
        self.seen = self.output.find(text, self.seen) + len(text)

    def run(self, steps):
        for line in steps.splitlines():
            verb, _, rest = line.partition(" ")
            text = rest.encode().decode("unicode_escape").encode("latin-1")
            if verb == "expect":
                self.expect(text)
            elif verb == "send":
                self.write(text)
            elif verb == "resize":
                self.resize(*(int(n) for n in rest.split()))
            else:
                raise ValueError("unknown step " + line)


def main():
    library = importlib.import_module(sys.argv[1] + "_client")
    for line in sys.stdin:
        request = Request(line)
        try:
            result = {"list": library.names, "run": library.run, "talk": library.talk}[request.op](request)
        except Exception:  # whatever it is, the test wants to see it
            result = {"error": traceback.format_exc()}
        print(*(name + "=" + str(value).encode().hex() for name, value in result.items()), flush=True)


if __name__ == "__main__":
    main()
