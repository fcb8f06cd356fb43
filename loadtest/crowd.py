"""Many clients in one process that ask at once. Parses no more than it must, so as not to be what is measured."""

import gc
import resource
import select
import socket
import time

LONGEST = 120
OPENING_AT_ONCE = 256


class Crowd:
    """Connections to one node."""

    def __init__(self, port, count):
        gc.disable()
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        self.port = port
        self.epoll = select.epoll()
        self.sockets = {}
        self.buffer = bytearray(1 << 16)
        started = time.monotonic()
        while len(self.sockets) < count:
            self._open(min(OPENING_AT_ONCE, count - len(self.sockets)))
        self.opened = time.monotonic() - started

    def _open(self, count):
        """A batch at a time: the kernel's queue of connections to be accepted has an end."""
        waiting = {}
        for _ in range(count):
            each = socket.socket()
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", self.port))
            self.epoll.register(each, select.EPOLLOUT)
            waiting[each.fileno()] = each
        until = time.monotonic() + 30
        while waiting:
            for number, _ in self.epoll.poll(1):
                each = waiting.pop(number)
                if error := each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    raise OSError(error, f"connection {len(self.sockets)} was not accepted")
                self.epoll.modify(number, select.EPOLLIN)
                self.sockets[number] = each
            if time.monotonic() > until:
                raise TimeoutError(f"{len(waiting)} connections were not accepted within 30 s")

    def ask(self, path):
        """Sends a request on each, then reads every answer; times in seconds after the first request."""
        request = f"GET {path} HTTP/1.1\r\nHost: crowd.example\r\n\r\n".encode()
        began = time.monotonic()
        for each in self.sockets.values():
            each.send(request)
        sent = time.monotonic() - began
        first, first_whole, statuses = None, None, {}
        left = dict.fromkeys(self.sockets)
        while left and time.monotonic() < began + LONGEST:
            for number, _ in self.epoll.poll(1, 1024):
                if first is None:
                    first = time.monotonic() - began
                left[number], status = self._read(number, left[number])
                if status:
                    statuses[status] = statuses.get(status, 0) + 1
                if left[number] is not None and left[number] <= 0:
                    if left.pop(number) < 0:
                        raise OSError("an answer is longer than it says")
                    if first_whole is None:
                        first_whole = time.monotonic() - began
        if left:
            raise TimeoutError(f"{len(left)} clients have no whole answer after {LONGEST} s")
        return {"opened": self.opened, "sent": sent, "first": first, "first_whole": first_whole,
                "last": time.monotonic() - began, "statuses": statuses}

    def _read(self, number, left):
        """Bytes still missing from the body, and the status when the head has just come."""
        length = self.sockets[number].recv_into(self.buffer)
        if not length:
            raise OSError(f"a connection was closed with {left} bytes missing")
        if left is not None:
            return left - length, None
        end = self.buffer.find(b"\r\n\r\n", 0, length)
        if end < 0:
            raise OSError(f"no whole head in the first {length} bytes")
        head = bytes(self.buffer[:end]).lower()
        body = int(head.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        return body - (length - end - 4), head[9:12].decode()
