"""Processes, ports and metrics, for the scripts beside this file. They know Skerry as its users do: a launcher and HTTP."""

import atexit
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAUNCHER = str(ROOT / "skerry")


class Failed(Exception):
    """What was to hold does not; the message is for the user."""


class Bench:
    """A scratch folder and the processes of one run; both are gone when the script ends, however it ends."""

    def __init__(self, name):
        self.name = name
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix=f"skerry-{name}-"))
        self._processes = []
        atexit.register(self.close)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda received, _: sys.exit(128 + received))

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def start(self, command, label, **options):
        """Starts a process whose output goes to a file of the scratch folder."""
        with open(self.scratch / f"{label}.log", "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **options)
        self._processes.append(process)
        return process

    def stop(self, process, patience=20):
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log_of(self, label, lines=30):
        text = (self.scratch / f"{label}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def node(self, role, *options, prefix=(), env=None):
        """Starts `skerry edge` or `skerry shield` on free ports and waits until it is ready."""
        listen, admin = free_ports(2)
        command = [*prefix, LAUNCHER, role, "--listen", f"127.0.0.1:{listen}",
                   "--admin", f"127.0.0.1:{admin}", "--name", role, *options]
        process = self.start(command, role, env={**os.environ, **(env or {})})
        try:
            wait_for(f"http://127.0.0.1:{admin}/readyz", process, 60)
        except Failed as failure:
            raise Failed(f"the {role} did not become ready: {failure}\n{self.log_of(role)}") from None
        return Node(role, process, listen, admin)

    def close(self):
        for process in reversed(self._processes):
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


class Node:
    """A running edge or shield."""

    def __init__(self, role, process, port, admin):
        self.role, self.process, self.port, self.admin = role, process, port, admin

    def counter(self, name):
        """The sum of a metric over all its labels; 0 while it has none."""
        text = get(f"http://127.0.0.1:{self.admin}/metrics")
        samples = re.findall(rf"^{name}(?:{{[^\n]*}})? (\S+)$", text, re.MULTILINE)
        return int(sum(float(value) for value in samples))


def build():
    """Lets the launcher build, so that no node's start has to wait for it."""
    done = subprocess.run([LAUNCHER, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise Failed(f"{LAUNCHER} --version: {done.stderr}")
    return done.stdout.strip()


def free_ports(count):
    """Ports that are free now; all are held until the last is found, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()


def wait_for(url, process, seconds):
    """Waits until the URL answers 200."""
    until = time.monotonic() + seconds
    why = "no answer"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Failed(f"it ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            why = str(error)
        time.sleep(0.05)
    raise Failed(f"{url} after {seconds} s: {why}")


def wait_for_port(port, process, seconds):
    """Waits until somebody listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Failed(f"it ended with exit code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Failed(f"nobody listens after {seconds} s")


def tool(name):
    path = shutil.which(name)
    if not path:
        raise Failed(f"{name} is needed and is not on the PATH")
    return path


def main(name, run):
    """Runs a script: exit code 0 when what it checks holds, 1 when not."""
    bench = Bench(name)
    try:
        run(bench)
    except Failed as failure:
        print(f"{name}: FAILED: {failure}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
