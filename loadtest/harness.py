"""Processes, ports and metrics, for the scripts beside this file. They know Skerry as its users do: a launcher and HTTP."""

import argparse
import atexit
import json
import math
import os
import pathlib
import random
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

    def node(self, role, *options, name=None, prefix=(), env=None, patience=60):
        """Starts `skerry edge` or `skerry shield` on free ports and waits until it is ready."""
        name = name or role
        listen, admin = free_ports(2)
        command = [*prefix, LAUNCHER, role, "--listen", f"127.0.0.1:{listen}",
                   "--admin", f"127.0.0.1:{admin}", "--name", name, *options]
        process = self.start(command, name, env={**os.environ, **(env or {})})
        try:
            wait_for(f"http://127.0.0.1:{admin}/readyz", process, patience)
        except Failed as failure:
            raise Failed(f"{name} did not become ready: {failure}\n{self.log_of(name)}") from None
        return Node(role, process, listen, admin)

    def control(self, *options, prefix=()):
        """Starts `skerry control` on a free port and waits until it is ready."""
        port, = free_ports(1)
        data = self.scratch / "control"
        process = self.start([*prefix, LAUNCHER, "control", "--listen", f"127.0.0.1:{port}", "--data", str(data), *options], "control")
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", process, 60)
        except Failed as failure:
            raise Failed(f"the control plane did not become ready: {failure}\n{self.log_of('control')}") from None
        return Control(process, port, data)

    def end(self):
        """Ends all processes: asks first, for a server that is killed leaves its workers behind."""
        running = [process for process in reversed(self._processes) if process.poll() is None]
        for process in running:
            process.terminate()
        for process in running:
            self.stop(process, patience=5)

    def close(self):
        self.end()
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


class Control:
    """A running control plane, and its tokens."""

    def __init__(self, process, port, data):
        self.process, self.port, self.url = process, port, f"http://127.0.0.1:{port}"
        self.token = (data / "admin.token").read_text().strip()
        self.node_token = str(data / "node.token")

    def call(self, method, path, body=None, kind="application/json"):
        """Asks the API; returns the parsed answer."""
        request = urllib.request.Request(
            self.url + path, body, {"Authorization": f"Bearer {self.token}", "Content-Type": kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=15) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise Failed(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from None


def cpu_seconds(process):
    """CPU time that a process has used, in seconds."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(process):
    """Memory of a process that is in RAM now."""
    pages = int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def percentile(values, percent):
    """The smallest value that so many percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


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


def free_ports_with_admin(count):
    """Ports that are free now, each with the port 1000 above, where `skerry up` has a node's admin port."""
    found = []
    for _ in range(100 * count):
        port = random.randrange(10000, 30000)
        if all(abs(port - other) not in (0, 1000) for other in found) and is_free(port) and is_free(port + 1000):
            found.append(port)
        if len(found) == count:
            return found
    raise Failed("no free ports")


def is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


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


def number(least, most):
    """An option's value within bounds."""
    def parse(text):
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not within {least} and {most}")
        return value
    return parse


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
