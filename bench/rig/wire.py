"""HTTP/1.1 as far as the benches need it, on plain sockets: what is timed is the service."""
import json
import re
import socket
import time

RECEIVE_BYTES = 256 * 1024
WAIT_SECONDS = 60
LAST_CHUNK = b'\r\n0\r\n\r\n'


def request(method, path, body=None, headers=()):
    text = b'' if body is None else json.dumps(body).encode()
    lines = [f'{method} {path} HTTP/1.1', 'Host: 127.0.0.1', *headers]
    if body is not None:
        lines += ['Content-Type: application/json', f'Content-Length: {len(text)}']
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + text


def whole_answer(received):
    """(status, head, body) once the bytes are a whole answer, not in chunks; else None."""
    head, end, body = received.partition(b'\r\n\r\n')
    if not end:
        return None
    length = re.search(rb'\r\ncontent-length: *(\d+)', head, re.I)
    if len(body) < (int(length[1]) if length else 0):
        return None
    return int(head[9:12]), head, body


def cookie_of(head):
    """The cookie that an answer sets, as the header that brings it back."""
    given = re.search(rb'\r\nset-cookie: *([^;\r]+)', head, re.I)
    return (f'Cookie: {given[1].decode()}',) if given else ()


class Peer:
    """One kept connection of one person, who keeps the first cookie."""

    def __init__(self, port, headers=()):
        self.socket = socket.create_connection(('127.0.0.1', port), WAIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = headers

    def ask(self, method, path, body=None):
        """(milliseconds, answer as JSON). Anything but success is a fault of the bench."""
        milliseconds, (status, head, body) = self.exchange(method, path, body)
        if status not in (200, 202):
            raise RuntimeError(f'{method} {path} answered {status}: {body[:300]!r}')
        self.headers = self.headers or cookie_of(head)
        return milliseconds, json.loads(body)

    def remove(self, path):
        """Milliseconds."""
        milliseconds, (status, _, body) = self.exchange('DELETE', path)
        if status != 204:
            raise RuntimeError(f'DELETE {path} answered {status}: {body[:300]!r}')
        return milliseconds

    def exchange(self, method, path, body=None):
        text = request(method, path, body, self.headers)
        began = time.perf_counter()
        self.socket.sendall(text)
        received = b''
        answer = None
        while answer is None:
            piece = self.socket.recv(RECEIVE_BYTES)
            if not piece:
                raise ConnectionError(f'{method} {path}: the service closed: {received!r}')
            received += piece
            answer = whole_answer(received)
        return (time.perf_counter() - began) * 1000, answer

    def follow(self, turn_id, began):
        """Milliseconds from `began` to the first text and to `done` of a turn."""
        self.socket.sendall(request('GET', f'/api/turns/{turn_id}/events', None, self.headers))
        received = b''
        first = None
        while not received.endswith(LAST_CHUNK):
            piece = self.socket.recv(RECEIVE_BYTES)
            if not piece:
                raise ConnectionError('the service closed before the reply was done')
            received += piece
            if first is None and b'event: text' in received:
                first = time.perf_counter()
        if first is None or b'"status":"completed"' not in received:
            raise RuntimeError(f'a reply that did not complete: {received[-300:]!r}')
        return (first - began) * 1000, (time.perf_counter() - began) * 1000

    def close(self):
        self.socket.close()
