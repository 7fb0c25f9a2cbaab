#!/usr/bin/env python3
"""A model server that says what it is asked to say, in thousands of streams at once.

    model_server.py      prints its port, and ends when its standard input does

The end of the last message says how (see `ask`). Each piece has the first letter of the next
sentence, so that the service sees the end of this one and shows it at once. A sentence carries its
number and the moment at which it left, so that whoever reads it knows how long it was under way.
"""
import json
import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from rig.loop import Loop  # noqa: E402  the line above makes it findable

ASK = re.compile(rb'(\d+) sentences of (\d+) letters, the first after (\d+) ms, one each (\d+) ms')
ASK_BYTES_MAX = 2000
MARK = re.compile(rb'umber (\d+) left (\d{19}) ns')
BEGINNING = ' N'
END = ' again.' + BEGINNING
REST = ' and then the evening was quiet and the window stood open for a while'
HEAD = (b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n')
MODELS = b'{"object":"list","data":[{"id":"bench","object":"model"}]}'


def ask(sentences, letters, first_ms, each_ms):
    """The words that make the server answer so."""
    return (f'Please answer with {sentences} sentences of {letters} letters, '
            f'the first after {first_ms} ms, one each {each_ms} ms')


def event(choice):
    text = json.dumps({'id': 'bench', 'object': 'chat.completion.chunk', 'created': 1,
                       'model': 'bench', 'choices': [choice]})
    line = f'data: {text}\n\n'.encode()
    return b'%x\r\n%s\r\n' % (len(line), line)


FINISH = event({'index': 0, 'delta': {}, 'finish_reason': 'stop'})
LAST = FINISH + b'e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n'


def sentence(number, letters, is_last):
    start = f'umber {number} left {time.time_ns()} ns'
    rest = REST * (1 + letters // len(REST))
    # Whole words: a full stop behind a single letter would be an initial, and no end.
    rest = rest[:max(0, letters - len(start) - len(END))].rpartition(' ')[0]
    text = start + rest + END[:-len(BEGINNING)] if is_last else start + rest + END
    return event({'index': 0, 'delta': {'content': text}, 'finish_reason': None})


class Client:
    def __init__(self, loop, sock):
        self.loop = loop
        self.sock = sock
        self.bytes = b''
        loop.watch(sock, self.on_readable)

    def on_readable(self):
        try:
            received = self.sock.recv(65536)
        except ConnectionError:
            received = b''
        if not received:
            self.loop.forget(self.sock)
            self.sock.close()
            return
        self.bytes += received
        head, end, rest = self.bytes.partition(b'\r\n\r\n')
        length = re.search(rb'\r\ncontent-length: *(\d+)', head, re.I)
        body_bytes = int(length[1]) if length else 0
        if not end or len(rest) < body_bytes:
            return
        self.bytes = rest[body_bytes:]
        self.answer(head, rest[:body_bytes])

    def answer(self, head, body):
        if head.startswith(b'GET'):
            self.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
                      b'Content-Length: %d\r\n\r\n%s' % (len(MODELS), MODELS))
            return
        asked = ASK.findall(body[-ASK_BYTES_MAX:])
        count, letters, first, each = map(int, asked[-1]) if asked else (1, 60, 0, 0)
        self.send(HEAD)
        self.speak(1, count, letters, time.monotonic() + first / 1000, each / 1000)

    def speak(self, number, count, letters, due, each):
        """From sentence `number` on: those that are due at once are sent at once."""
        if due > time.monotonic():
            self.loop.at(due, lambda: self.speak(number, count, letters, due, each))
            return
        pieces = []
        while number <= count:
            pieces.append(sentence(number, letters, number == count))
            number += 1
            due += each
            if each:
                break
        if number > count:
            pieces.append(LAST)
        self.send(b''.join(pieces))
        if number <= count:
            self.loop.at(due, lambda: self.speak(number, count, letters, due, each))

    def send(self, text):
        """What one stream says fits the socket's buffer, so nobody waits here for anybody."""
        try:
            self.sock.sendall(text)
        except OSError:
            pass  # the service has gone, and on_readable will see it


def main():
    loop = Loop()
    listener = socket.create_server(('127.0.0.1', 0), backlog=4096)
    is_over = []

    def accept():
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Client(loop, sock)

    loop.watch(listener, accept)
    loop.watch(sys.stdin, lambda: is_over.append(sys.stdin.read() == ''))
    print(listener.getsockname()[1], flush=True)
    day = 24 * 3600
    loop.run(lambda: bool(is_over), day)


if __name__ == '__main__':
    main()
