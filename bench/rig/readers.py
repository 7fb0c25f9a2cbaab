"""Many readers of replies on one thread, over SSE and over WebSocket.

When an event arrived is taken from the kernel, which notes it before this program wakes up: so the
delays are the service's, however busy the readers are.
"""
import json
import os
import re
import socket
import struct
from base64 import b64encode

from rig.model_server import MARK
from rig.wire import request

RECEIVE_BYTES = 64 * 1024
SO_TIMESTAMPNS = 35
STAMP = struct.Struct('qq')
STAMP_SPACE = socket.CMSG_SPACE(STAMP.size)
SECOND = 1_000_000_000
# As over Ethernet: on loopback a socket would take megabytes before it says that it is full.
SEGMENT_BYTES = 1448
SMALL_WINDOW_BYTES = 4096
TEXT, PONG = 0x1, 0xA


def connect(port, has_small_window=False):
    sock = socket.socket()
    if has_small_window:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW_BYTES)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.connect(('127.0.0.1', port))
    return sock


def receive(sock):
    """Bytes, and when the newest of them came, in nanoseconds since 1970."""
    received, ancillary, _, _ = sock.recvmsg(RECEIVE_BYTES, STAMP_SPACE)
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = STAMP.unpack(value)
            return received, seconds * SECOND + nanoseconds
    return received, 0


def masked(text, opcode=TEXT):
    """A frame of a client; a mask of zeros is a mask."""
    payload = text.encode()
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else (
        bytes([0x80 | 126]) + struct.pack('>H', len(payload)))
    return bytes([0x80 | opcode]) + size + bytes(4) + payload


class Reader:
    """Follows one turn from its beginning. `arrivals` is a list of (number, sent, arrived)."""

    done = re.compile(rb'event: done')

    def __init__(self, loop, port, turn_id):
        self.loop = loop
        self.arrivals = []
        self.read_together = 0
        self.is_done = False
        self.rest = b''
        self.sock = connect(port)
        self.begin(self.sock, turn_id)
        loop.watch(self.sock, self.on_readable)

    @staticmethod
    def begin(sock, turn_id):
        sock.sendall(request('GET', f'/api/turns/{turn_id}/events'))

    def take(self):
        return receive(self.sock)

    def on_readable(self):
        try:
            received, arrived = self.take()
        except ConnectionError:
            received = b''
        if not received:
            self.leave()
            return
        self.rest += received
        end = 0
        before = len(self.arrivals)
        for mark in MARK.finditer(self.rest):
            self.note(int(mark[1]), int(mark[2]), arrived)
            end = mark.end()
        self.read_together += max(0, len(self.arrivals) - before - 1)
        found = self.done.search(self.rest, end)
        if found:
            self.is_done = True
            self.leave()
        self.keep_rest(end)

    def note(self, number, sent, arrived):
        self.arrivals.append((number, sent, arrived))

    def keep_rest(self, end):
        self.rest = self.rest[end:][-1024:]

    def leave(self):
        if self.sock.fileno() >= 0:
            self.loop.forget(self.sock)
            self.sock.close()

    @property
    def has_left(self):
        return self.sock.fileno() < 0


class SocketReader(Reader):
    """The same over a WebSocket."""

    done = re.compile(rb'"type": ?"done"')
    empty_ping = b'\x89\x00'  # occurs nowhere else in frames of JSON

    def take(self):
        received, arrived = receive(self.sock)
        if self.empty_ping in received:
            self.sock.sendall(masked('', PONG))
        return received, arrived

    @staticmethod
    def begin(sock, turn_id):
        key = b64encode(os.urandom(16)).decode()
        sock.sendall(request('GET', '/api/socket', None, (
            'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
            f'Sec-WebSocket-Key: {key}', 'Sec-WebSocket-Protocol: notatherapist.v1')))
        sock.sendall(masked(json.dumps(
            {'type': 'resume', 'turn_id': turn_id, 'after': 0, 'request_id': '1'})))

    def note(self, number, sent, arrived):
        """A frame holds its text twice, as a field and in `data`."""
        if not self.arrivals or number > self.arrivals[-1][0]:
            super().note(number, sent, arrived)


READERS = {'SSE': Reader, 'WebSocket': SocketReader}
