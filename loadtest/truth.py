"""An origin whose every byte can be told true or false, and clients that tell. A body follows from the run's seed, the path, the
version and the variant; a response names its version (`X-Version`), and a purge that was acknowledged names the oldest that may be
served from then on."""

import collections
import http.client
import random
import re
import socket
import threading
import time

HOST = "truth.example"
KEPT_BYTES = 64 << 20
VARIANTS = "abc"


class Lie(Exception):
    """An answer that cannot be true."""


class Resource:
    """One URL of the origin."""

    def __init__(self, number, random_, largest):
        self.path = f"/{number}"
        self.tag = f"tag{number % 8}"
        self.lock = threading.Lock()
        self.version = 1
        self.floor = 1  # no read may begin now and bring an older one
        self.scale = random_.choice([0, 100, 4_000, 40_000, 40_000, 200_000, 1_000_000, largest])
        self.lifetime = random_.choice([1, 3600, 3600, 3600])
        self.varies = random_.random() < 0.2
        self.tagged = random_.random() < 0.9  # with an ETag
        self.framing = random_.choice(["length", "length", "chunked"])


class Truth:
    """All URLs, and what each version of each is."""

    def __init__(self, seed, urls, largest):
        self.seed, random_ = seed, random.Random(seed)
        self.resources = [Resource(number, random_, largest) for number in range(urls)]
        self.by_path = {each.path: each for each in self.resources}
        self._bodies, self._kept, self._lock = collections.OrderedDict(), 0, threading.Lock()

    def body(self, resource, version, variant):
        name = f"{self.seed}{resource.path}/{version}/{variant}"
        with self._lock:
            if name in self._bodies:
                self._bodies.move_to_end(name)
                return self._bodies[name]
        source = random.Random(name)
        body = source.randbytes(source.randint(0, resource.scale))
        with self._lock:
            if name not in self._bodies:
                self._bodies[name] = body
                self._kept += len(body)
            while self._kept > KEPT_BYTES:
                self._kept -= len(self._bodies.popitem(last=False)[1])
        return body

    def variant(self, resource, asked):
        return (asked or VARIANTS[0]) if resource.varies else "-"

    def changes(self, resource):
        """The resource is another one from now on."""
        with resource.lock:
            resource.version += 1

    def purged(self, versions):
        """A purge has been acknowledged that was sent when the resources had these versions."""
        for resource, version in versions:
            with resource.lock:
                resource.floor = max(resource.floor, version)

    def check(self, resource, floor, asked, answer):
        """Tells whether an answer is true, be it whole or broken off. `floor` was read before the request was sent."""
        what = f"{resource.path} variant {asked} → {answer}"
        if answer.status == 416:
            return
        if answer.status not in (200, 206):
            raise Lie(f"{what}: status {answer.status}")
        version = int(answer.fields.get("X-Version", 0))
        if not 1 <= version <= resource.version:
            raise Lie(f"{what}: version {version} of {resource.version}")
        if version < floor:
            raise Lie(f"{what}: version {version}, but all before {floor} were purged")
        true = self.body(resource, version, self.variant(resource, asked))
        start, end = 0, len(true)
        if answer.status == 206:
            place = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.fields.get("Content-Range", ""))
            if not place or int(place[3]) != len(true):
                raise Lie(f"{what}: {len(true)} bytes, and Content-Range {answer.fields.get('Content-Range')}")
            start, end = int(place[1]), int(place[2]) + 1
        expected = true[start:end]
        if answer.whole and len(answer.body) != len(expected):
            raise Lie(f"{what}: {len(answer.body)} bytes instead of {len(expected)}")
        if answer.body != expected[:len(answer.body)]:
            at = next(i for i, (got, want) in enumerate(zip(answer.body, expected + b"\0" * len(answer.body))) if got != want)
            raise Lie(f"{what}: differs at byte {start + at}")


class Origin:
    """Serves the truth, and breaks off now and then."""

    def __init__(self, truth, breaks=0.02):
        self.truth, self.breaks = truth, breaks
        self.down = False  # then it answers 503, so that what is answered otherwise comes from a store
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def _accept(self):
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        random_ = random.Random()
        try:
            with connection, connection.makefile("rb") as reading:
                while line := reading.readline():
                    fields = http.client.parse_headers(reading)
                    if not self._answer(connection, line.decode("latin-1").split()[1], fields, random_):
                        return
        except (OSError, http.client.HTTPException):
            pass  # a node that was killed

    def _answer(self, connection, path, fields, random_):
        if self.down:
            connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n")
            return True
        resource = self.truth.by_path[path]
        with resource.lock:
            version = resource.version
        variant = self.truth.variant(resource, fields.get("X-Variant"))
        body = self.truth.body(resource, version, variant)
        tag = f'"{version}{variant}"'
        lines = [f"Cache-Control: max-age={resource.lifetime}", f"X-Version: {version}", f"Cache-Tag: {resource.tag}", "Accept-Ranges: bytes"]
        if resource.tagged:
            lines.append(f"ETag: {tag}")
        if resource.varies:
            lines.append("Vary: X-Variant")
        status, part, length = "200 OK", body, len(body)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", fields.get("Range", ""))
        if resource.tagged and tag in fields.get("If-None-Match", ""):
            status, part, length = "304 Not Modified", b"", None
        elif wanted and resource.tagged and fields.get("If-Range", tag) == tag:
            first, last = int(wanted[1]), min(int(wanted[2] or len(body)), len(body) - 1)
            if first > last:
                status, part, length = "416 Range Not Satisfiable", b"", 0
                lines.append(f"Content-Range: bytes */{len(body)}")
            else:
                status, part = "206 Partial Content", body[first:last + 1]
                length = len(part)
                lines.append(f"Content-Range: bytes {first}-{last}/{len(body)}")
        chunked = resource.framing == "chunked" and status.startswith("200")
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        elif length is not None:
            lines.append(f"Content-Length: {length}")
        connection.sendall("\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode())
        if part and random_.random() < self.breaks:
            self._send(connection, part[:random_.randrange(len(part))], chunked)
            return False
        self._send(connection, part, chunked)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        return True

    @staticmethod
    def _send(connection, body, chunked):
        if not chunked:
            connection.sendall(body)
            return
        for at in range(0, len(body), 50_000):
            piece = body[at:at + 50_000]
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))


class Answer:
    """What a client got."""

    def __init__(self, status, fields, body, whole):
        self.status, self.fields, self.body, self.whole = status, fields, body, whole
        self.said = fields.get("Cache-Status", "")

    @property
    def hit(self):
        return self.status in (200, 206) and "; hit" in self.said

    def __str__(self):
        return f"{self.status} {'whole' if self.whole else 'broken off'}, {len(self.body)} bytes, {self.said}"


class Client:
    """A connection to a node, opened anew when it was lost."""

    def __init__(self, port, timeout=30):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path, **fields):
        """Returns an answer, broken off or whole; raises OSError when there is none."""
        try:
            self.connection.request("GET", path, headers={"Host": HOST, **{name.replace("_", "-"): value for name, value in fields.items()}})
            response = self.connection.getresponse()
        except (OSError, http.client.HTTPException) as lost:
            self.connection.close()
            raise OSError(str(lost)) from lost
        pieces, whole = [], True
        try:
            while piece := response.read(1 << 18):
                pieces.append(piece)
            whole = not response.length
        except http.client.IncompleteRead as broken:
            pieces.append(broken.partial)
            whole = False
        except (OSError, ValueError):
            whole = False
        if not whole:
            self.connection.close()
        return Answer(response.status, response.headers, b"".join(pieces), whole)

    def close(self):
        self.connection.close()


class Load:
    """Clients that ask for anything until they are stopped, and check all that they get."""

    def __init__(self, truth, port, clients, seed, rate=None):
        self.truth, self.port, self.rate = truth, port, rate
        self.lies, self.counts = [], collections.Counter()
        self.stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(random.Random(f"{seed}/{number}"), clients), daemon=True) for number in range(clients)]
        for each in self._threads:
            each.start()

    def stop(self):
        """Returns when nobody asks any more."""
        self.stopping.set()
        for each in self._threads:
            each.join(60)

    def _run(self, random_, clients):
        client = Client(self.port)
        while not self.stopping.is_set():
            began = time.monotonic()
            try:
                self._ask(client, random_)
            except Lie as lie:
                self.lies.append(str(lie))
                return
            except OSError:
                self.counts["lost"] += 1
                time.sleep(0.02)
            if self.rate:
                self.stopping.wait(max(0, began + clients / self.rate - time.monotonic()))

    def _ask(self, client, random_):
        resources = self.truth.resources
        resource = resources[min(int(random_.expovariate(4) * len(resources)), len(resources) - 1)]
        if random_.random() < 0.01:
            self.truth.changes(resource)
        asked = random_.choice(VARIANTS)
        fields = {"X_Variant": asked}
        if random_.random() < 0.2:
            first = random_.randint(0, resource.scale)
            fields["Range"] = f"bytes={first}-{random_.choice(['', first, first + 5_000, first + resource.scale])}"
        with resource.lock:
            floor = resource.floor
        answer = client.get(resource.path, **fields)
        if answer.status in (502, 503, 504):
            self.counts["refused"] += 1
            return
        self.truth.check(resource, floor, asked, answer)
        self.counts["hits" if answer.hit else "others"] += 1
        self.counts["bytes"] += len(answer.body)
