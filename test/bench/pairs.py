#!/usr/bin/env python3
"""amiko - whole pairs: amiko's and OpenSSH's programs as clients and as servers of each other, in one run.

usage: pairs.py [MIB [ROUNDS]]     ./bootstrap.sh bench pairs

Each measurement starts a server of its own, so that the CPU time of all its processes can be told; the commands that it
runs for the client count, too.  Works in a temporary folder, on a loopback port, as the invoking user.
"""
import getpass
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CIPHERS = {"gcm": "aes128-gcm@openssh.com", "chacha20": "chacha20-poly1305@openssh.com"}
MIB = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 3


def built(name):
    found = [p for p in ROOT.glob(f"out/demo/**/release/**/{name}") if p.is_file()]
    if not found:
        sys.exit(f"pairs: {name} was not built: b2 variant=release demo")
    return str(max(found, key=lambda p: p.stat().st_mtime))


def finish(pid):
    """Its CPU time and that of all processes it has waited for."""
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime


class Server:
    def __init__(self, maker, place):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if maker == "amiko":
            argv = [built("amiko-sshd"), "-D", "-e", "-f", "none"]
            options = ["Subsystem=sftp internal-sftp"]
        else:
            argv = [shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin"), "-D", "-e", "-f", "/dev/null"]
            options = ["Subsystem=sftp /usr/lib/openssh/sftp-server", "UsePAM=no", "PidFile=none"]
            if os.geteuid() == 0:
                os.makedirs("/run/sshd", exist_ok=True)  # it refuses to run without
        options += ["ListenAddress=127.0.0.1", "StrictModes=no", f"AuthorizedKeysFile={place}/user.pub"]
        for option in options:
            argv += ["-o", option]
        argv += ["-p", str(self.port), "-h", f"{place}/host"]
        self.log = open(place / f"{maker}.log", "wb")
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        sys.exit(f"pairs: {maker}'s server does not start: {place}/{maker}.log")

    def stop(self):
        time.sleep(0.3)  # the connection's processes are waited for
        self.process.send_signal(signal.SIGTERM)
        _, cpu = finish(self.process.pid)
        self.process.returncode = 0
        self.log.close()
        return cpu


def options_of(port, place, cipher):
    words = ["-F", "none", "-c", CIPHERS[cipher], "-i", f"{place}/user"]
    for option in (f"UserKnownHostsFile={place}/known_hosts", "StrictHostKeyChecking=no", "LogLevel=ERROR",
                   "IdentitiesOnly=yes", f"Port={port}"):
        words += ["-o", option]
    return words


def command(job, maker, port, place, cipher):
    """The client's words, and what it reads."""
    words = options_of(port, place, cipher)
    ssh, sftp = (built("amiko-ssh"), built("amiko-sftp")) if maker == "amiko" else ("ssh", "sftp")
    host = f"{getpass.getuser()}@127.0.0.1"
    if job == "down":
        return [ssh, *words, host, f"head -c {MIB << 20} /dev/zero"], os.devnull
    if job == "up":
        return [ssh, *words, host, "cat >/dev/null"], place / "data"
    batch = place / "batch"
    source, target = place / "data", place / "copy"
    batch.write_text(f"{job} {source} {target}\n")
    return [sftp, "-q", *words, "-b", str(batch), host], os.devnull


def measure(job, client, server, cipher, place):
    at = Server(server, place)
    (place / "copy").unlink(missing_ok=True)
    (place / "known_hosts").unlink(missing_ok=True)
    argv, source = command(job, client, at.port, place, cipher)
    with open(source, "rb") as input_file, open(place / "client.log", "wb") as log:
        began = time.monotonic()
        process = subprocess.Popen(argv, stdin=input_file, stdout=subprocess.DEVNULL, stderr=log)
        status, cpu = finish(process.pid)
        process.returncode = 0
        wall = time.monotonic() - began
    server_cpu = at.stop()
    if status != 0:
        sys.exit(f"pairs: {client} on {server}, {job}: " + (place / "client.log").read_text())
    if job in ("get", "put") and (place / "copy").stat().st_size != MIB << 20:
        sys.exit(f"pairs: {client} on {server}: the copy has another size")
    return wall, cpu, server_cpu


def main():
    gib = MIB / 1024
    makers = ("amiko", "OpenSSH")
    print(f"{MIB} MiB, median of {ROUNDS} rounds; CPU in seconds for each GiB, commands of the server included")
    print(f"{'cipher':<9} {'job':<5} {'client':<8} {'server':<8} {'MiB/s':>7} {'client CPU':>11} {'server CPU':>11}"
          "   speed, client CPU, server CPU to OpenSSH with OpenSSH")
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place / key], check=True)
        with open(place / "data", "wb") as data:
            for _ in range(MIB):
                data.write(os.urandom(1 << 20))
        for cipher in CIPHERS:
            for job in ("down", "up", "get", "put"):
                cells = {(c, s): [] for c in makers for s in makers}
                for _ in range(ROUNDS):  # in turns: what disturbs the machine disturbs all
                    for (c, s), results in cells.items():
                        results.append(measure(job, c, s, cipher, place))
                medians = {cell: [statistics.median(column) for column in zip(*results)]
                           for cell, results in cells.items()}
                base = medians["OpenSSH", "OpenSSH"]
                for (c, s), (wall, cpu, server_cpu) in medians.items():
                    print(f"{cipher:<9} {job:<5} {c:<8} {s:<8} {MIB / wall:7.0f} {cpu / gib:11.2f} "
                          f"{server_cpu / gib:11.2f}   {base[0] / wall:5.2f} {cpu / base[1]:5.2f} "
                          f"{server_cpu / base[2]:5.2f}", flush=True)


main()
