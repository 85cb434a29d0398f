#!/usr/bin/env python3
# amiko - runs a program on a pseudo terminal and talks to it: on_terminal.py STEPS PROGRAM [ARGUMENT ...]
"""STEPS is a file with one step a line:

  expect TEXT    wait until TEXT has come (up to 60 s) since the last match
  send TEXT      type TEXT; \\n, \\x03 and the like are understood
  hidden         wait until the terminal shows nothing of what is typed
  resize R C     change the terminal's size
  signal NAME    send a signal to the program (TERM, HUP ...)

The exit status is the program's (128 + n when signal n ended it); 90 when a step failed, 91 when the
program left the terminal in another state than it found it.  What the program wrote goes to stdout.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 60.0


class Failed(Exception):
    pass


class Program:
    def __init__(self, argv):
        self.master, self.slave = pty.openpty()
        self.resize(24, 80)
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        self.seen = 0
        self.pid = os.fork()
        if self.pid == 0:
            self.become(argv)

    def become(self, argv):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(self.slave, fd)
        os.closerange(3, 256)
        os.execvp(argv[0], argv)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.output += os.read(self.master, 65536)

    def expect(self, text):
        end = time.monotonic() + LIMIT
        while self.output.find(text, self.seen) < 0:
            if time.monotonic() > end:
                raise Failed("expected " + repr(text) + ", got " + repr(self.output[self.seen:]))
            self.read(0.1)
        self.seen = self.output.find(text, self.seen) + len(text)

    def wait_hidden(self):
        end = time.monotonic() + LIMIT
        while termios.tcgetattr(self.slave)[3] & termios.ECHO:
            if time.monotonic() > end:
                raise Failed("typing is shown")
            time.sleep(0.02)

    def step(self, line):
        verb, _, rest = line.partition(" ")
        text = rest.encode().decode("unicode_escape").encode("latin-1")
        if verb == "expect":
            self.expect(text)
        elif verb == "send":
            os.write(self.master, text)
        elif verb == "hidden":
            self.wait_hidden()
        elif verb == "resize":
            self.resize(*(int(n) for n in rest.split()))
        elif verb == "signal":
            os.kill(self.pid, getattr(signal, "SIG" + rest))
        else:
            raise Failed("unknown step " + line)

    def wait(self):
        end = time.monotonic() + LIMIT
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.read(0.05)
            if pid:
                while select.select([self.master], [], [], 0)[0]:
                    self.read(0)
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise Failed("the program does not end; it wrote " + repr(self.output[self.seen:]))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        steps = [line for line in file.read().splitlines() if line]
    program = Program(sys.argv[2:])
    try:
        for line in steps:
            program.step(line)
        status = program.wait()
    except Failed as failure:
        print("on_terminal:", failure, file=sys.stderr)
        os.kill(program.pid, signal.SIGKILL)
        return 90
    finally:
        sys.stdout.buffer.write(program.output)
        sys.stdout.buffer.flush()
    if termios.tcgetattr(program.slave) != program.before:
        print("on_terminal: the terminal was left in another state", file=sys.stderr)
        return 91
    return status if status >= 0 else 128 - status


sys.exit(main())
