"""Skerry and other caches in front of one origin, each on one CPU, and what wrk measures of them on the other: for the scripts
beside this file that compare."""

import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import time

import harness
from harness import Failed

SERVER_CPU, LOAD_CPU = "0", "1"

NGINX = """\
daemon off; worker_processes 1; {user} pid {folder}/nginx.pid; error_log {folder}/error.log crit;
worker_rlimit_nofile {files};
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush off; keepalive_requests 1000000000; keepalive_timeout 10m;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {http}
}}
"""
ORIGIN = """\
  open_file_cache max=16;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /status {{ stub_status; }}
    location ~ ^/cached/(?<size>[0-9]+)/ {{ alias {folder}/body.$size; add_header Cache-Control "max-age=86400"; }}
    location ~ ^/private/(?<size>[0-9]+)/ {{ alias {folder}/body.$size; add_header Cache-Control "private, no-store"; }}
  }}
"""
NGINX_CACHE = """\
  proxy_cache_path {folder}/cache levels=1:2 keys_zone=all:200m max_size=8g inactive=1d use_temp_path=off;
  open_file_cache max={open_files} inactive=10m;
  upstream origin {{ server 127.0.0.1:{origin}; keepalive 256; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache all; proxy_cache_lock on;
    }}
  }}
"""


class Case:
    """What is asked for: a path, or a script for wrk that makes one; whether it should come from the cache."""

    def __init__(self, name, path, connections=64, script=None, warm_script=None, cached=True):
        self.name, self.path, self.connections, self.cached = name, path, connections, cached
        self.script, self.warm_script = script, warm_script or script


# ---- the servers

def nginx(bench, label, cpu, port, http):
    folder = bench.scratch / label
    folder.mkdir()
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, user="user root;" if os.getuid() == 0 else "", files=files, http=http(folder)))
    return pinned(bench, label, cpu, [harness.tool("nginx"), "-c", str(conf), "-p", str(folder)], port)


def pinned(bench, label, cpu, command, port, env=None):
    process = bench.start(["taskset", "-c", cpu, *command], label, env={**os.environ, **(env or {})})
    try:
        harness.wait_for_port(port, process, 60)
    except Failed as failure:
        raise Failed(f"{label} did not start: {failure}\n{bench.log_of(label)}") from None
    return process


def start_origin(bench, port, sizes, label="origin"):
    """Anything under /cached/SIZE/ and /private/SIZE/ is there."""
    def http(folder):
        for size in sizes:
            (folder / f"body.{size}").write_bytes(os.urandom(size))
        return ORIGIN.format(folder=folder, port=port)
    return nginx(bench, label, LOAD_CPU, port, http)


def start_skerry(bench, port, origin, memory, options):
    command = [harness.LAUNCHER, "edge", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{harness.free_ports(1)[0]}",
               "--origin", f"http://127.0.0.1:{origin}", "--memory", memory, *options]
    return pinned(bench, "skerry", SERVER_CPU, command, port)


def start_nginx(bench, port, origin):
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1] * 3 // 4
    return nginx(bench, "nginx", SERVER_CPU, port,
                 lambda folder: NGINX_CACHE.format(folder=folder, port=port, origin=origin, open_files=open_files))


def start_traffic_server(bench, port, origin, memory):
    """In a folder of its own, which a runroot file points to."""
    home = bench.scratch / "ats"
    for each in ("cache", "log", "run"):
        (home / each).mkdir(parents=True)
    shutil.copytree("/etc/trafficserver", home / "etc")
    settings = {"proxy.config.http.server_ports": f"STRING {port}:ip-in=127.0.0.1", "proxy.config.admin.user_id": "STRING #-1",
                "proxy.config.exec_thread.autoconfig": "INT 0", "proxy.config.exec_thread.limit": "INT 1",
                "proxy.config.log.logging_enabled": "INT 0", "proxy.config.cache.ram_cache.size": f"INT {memory}"}
    records = home / "etc/records.config"
    kept = [line for line in records.read_text().splitlines() if not any(f" {name} " in line for name in settings)]
    records.write_text("\n".join(kept + [f"CONFIG {name} {value}" for name, value in settings.items()]) + "\n")
    (home / "etc/storage.config").write_text(f"{home}/cache 4G\n")
    (home / "etc/remap.config").write_text(f"map / http://127.0.0.1:{origin}/\n")
    layout = {"prefix": "/usr", "exec_prefix": "/usr", "bindir": "/usr/bin", "sbindir": "/usr/bin", "includedir": "/usr/include",
              "sysconfdir": home / "etc", "datadir": "/usr/share/trafficserver", "localstatedir": home / "run",
              "runtimedir": home / "run", "logdir": home / "log", "cachedir": home / "cache",
              "libdir": next(pathlib.Path("/usr/lib").glob("*/trafficserver"), "/usr/lib/trafficserver"),
              "libexecdir": "/usr/lib/trafficserver/modules"}
    runroot = home / "runroot.yaml"
    runroot.write_text("".join(f"{key}: {value}\n" for key, value in layout.items()))
    return pinned(bench, "ats", SERVER_CPU, [harness.tool("traffic_server")], port, env={"TS_RUNROOT": str(runroot)})


# ---- measuring

class Server:
    def __init__(self, name, process, port):
        self.name, self.process, self.port = name, process, port

    def cpu_seconds(self):
        """Of the process and all below it, ended children included."""
        ticks = 0
        for pid in descendants(self.process.pid):
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except FileNotFoundError:
                continue
            ticks += sum(int(each) for each in fields[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")


def descendants(pid):
    found = [pid]
    for each in found:
        for task in pathlib.Path(f"/proc/{each}/task").glob("*/children"):
            found.extend(int(child) for child in task.read_text().split())
    return found


def wrk(bench, server, case, seconds, script, argument):
    command = ["taskset", "-c", LOAD_CPU, harness.tool("wrk"), "-t1", f"-c{case.connections}", f"-d{seconds}s", "--latency",
               "--timeout", "10s"]
    if script:
        file = bench.scratch / "wrk.lua"
        file.write_text(script)
        command += ["-s", str(file)]
    done = subprocess.run([*command, f"http://127.0.0.1:{server.port}{case.path}", "--", argument], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=seconds + 60)
    total = re.search(r"(\d+) requests in ([\d.]+)(m?s|m)", done.stdout)
    if done.returncode or not total:
        raise Failed(f"wrk against {server.name}, {case.name}: {done.stdout}{done.stderr}")
    errors = sum(int(each) for each in re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", done.stdout))
    p50, p99 = (latency(done.stdout, percent) for percent in (50, 99))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return {"requests": int(total[1]), "rate": rate, "p50_ms": p50, "p99_ms": p99, "errors": errors}


def latency(output, percent):
    """Milliseconds."""
    value, unit = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)\b", output).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def measure(bench, server, case, seconds, origin, number):
    cpu, asked = server.cpu_seconds(), origin_requests(origin)
    figures = wrk(bench, server, case, seconds, case.script, f"{server.name}{number}-{time.monotonic_ns()}")
    requests = max(1, figures["requests"])
    figures["cpu_us"] = (server.cpu_seconds() - cpu) * 1e6 / requests
    figures["upstream"] = max(0, origin_requests(origin) - asked - 1) / requests
    return figures


def origin_requests(port):
    return int(re.search(r"^ \d+ \d+ (\d+)", harness.get(f"http://127.0.0.1:{port}/status"), re.MULTILINE)[1])


def medians(bench, servers, case, given, origin):
    """Rounds from server to server."""
    rounds = {server.name: [] for server in servers}
    for number in range(given.rounds):
        for server in servers:
            rounds[server.name].append(measure(bench, server, case, given.seconds, origin, number))
    return {name: {key: statistics.median(each[key] for each in taken) for key in taken[0]} | {
        "errors": sum(each["errors"] for each in taken)} for name, taken in rounds.items()}


def show_heading(names):
    peers = "".join(f"{'x ' + name:>14}" for name in names if name != "skerry")
    print(f"{'case':<10}{'server':<12}{'req/s':>10}{peers}{'CPU us/r':>10}{'p50 ms':>9}{'p99 ms':>9}")


def show(case, names, figures):
    """A line a server, with its rate as a multiple of each peer's."""
    peers = [name for name in names if name != "skerry"]
    for name, each in figures.items():
        ratios = "".join(f"{each['rate'] / figures[peer]['rate']:14.2f}" if peer in figures else " " * 14 for peer in peers)
        note = f"  {each['errors']} errors" if each["errors"] else ""
        if case.cached and each["upstream"] > 0.01:
            note += f"  {each['upstream']:.0%} upstream"
        print(f"{case.name:<10}{name:<12}{each['rate']:>10.0f}{ratios}{each['cpu_us']:>10.1f}{each['p50_ms']:>9.2f}"
              f"{each['p99_ms']:>9.2f}{note}", flush=True)


def must_run(bench, servers):
    for server in servers:
        if server.process.poll() is not None:
            raise Failed(f"{server.name} ended with exit code {server.process.returncode}\n{bench.log_of(server.name)}")
