"""People who send, read the reply to its end, and send again, on one thread."""
import re
import time

from rig.loop import prompt
from rig.model_server import MARK
from rig.readers import connect, receive
from rig.wire import LAST_CHUNK, cookie_of, request, whole_answer

TURN_ID = re.compile(rb'"turn_id":"([^"]+)"')
CONVERSATION_ID = re.compile(rb'"conversation_id":"([^"]+)"')
# So that the context of a model request stays small and alike.
TURNS_IN_CONVERSATION = 10


class Figures:
    """What all writers of one load have seen; times in milliseconds."""

    def __init__(self):
        self.accepted = []   # from the request to the 202
        self.first_text = []  # from the request to the first text
        self.done = []       # from the request to `done`
        self.segments = 0
        self.delays = []     # of each segment, from the model server to the reader


class Writer:
    """One person on one kept connection: POST, then the events, again and again."""

    def __init__(self, loop, port, words):
        self.loop = loop
        self.words = words
        self.figures = None
        self.is_stopping = False
        self.is_idle = True
        self.headers = ()
        self.conversation = None
        self.turns = 0
        self.sock = connect(port)
        loop.watch(self.sock, self.on_readable)

    def send(self):
        self.is_idle = self.is_stopping
        if self.is_stopping:
            return
        if self.turns % TURNS_IN_CONVERSATION == 0:
            self.conversation = None
        self.turns += 1
        body = {'message': self.words}
        if self.conversation:
            body['conversation_id'] = self.conversation
        self.received = b''
        self.is_accepted = False
        self.has_text = False
        self.began = time.time_ns()
        self.sock.sendall(request('POST', '/api/turns', body, self.headers))

    def on_readable(self):
        received, arrived = receive(self.sock)
        if not received:
            raise ConnectionError(f'the service closed: {self.received[-300:]!r}')
        self.received += received
        if self.is_accepted:
            self.read_events(arrived)
        else:
            self.read_answer(arrived)

    def read_answer(self, arrived):
        answer = whole_answer(self.received)
        if answer is None:
            return
        status, head, body = answer
        if status != 202:
            raise RuntimeError(f'POST /api/turns answered {status}: {body[:300]!r}')
        self.figures.accepted.append((arrived - self.began) / 1e6)
        self.headers = self.headers or cookie_of(head)
        self.conversation = CONVERSATION_ID.search(body)[1].decode()
        turn = TURN_ID.search(body)[1].decode()
        self.received = b''
        self.is_accepted = True
        self.sock.sendall(request('GET', f'/api/turns/{turn}/events', None, self.headers))

    def read_events(self, arrived):
        end = 0
        for mark in MARK.finditer(self.received):
            end = mark.end()
            self.figures.segments += 1
            self.figures.delays.append((arrived - int(mark[2])) / 1e6)
        if end and not self.has_text:
            self.has_text = True
            self.figures.first_text.append((arrived - self.began) / 1e6)
        if self.received.endswith(LAST_CHUNK):
            if b'"status":"completed"' not in self.received:
                raise RuntimeError(f'a reply that did not complete: {self.received[-300:]!r}')
            self.figures.done.append((arrived - self.began) / 1e6)
            self.send()
            return
        self.received = self.received[end:]


class Writers:
    """Writers on one service, kept from one load to the next."""

    def __init__(self, loop, port, count, words):
        self.loop = loop
        self.all = [Writer(loop, port, words) for _ in range(count)]

    def run(self, seconds, begin_seconds=0):
        """Writes for so long, and then until every begun turn is done. Gives the figures. Not all
        of them begin at once, but within `begin_seconds`."""
        figures = Figures()
        began = time.monotonic()
        for number, writer in enumerate(self.all):
            writer.figures = figures
            writer.is_stopping = False
            writer.is_idle = False
            self.loop.at(began + begin_seconds * number / len(self.all), writer.send)

        def stop():
            for writer in self.all:
                writer.is_stopping = True

        self.loop.at(began + seconds, stop)
        with prompt():
            have_ended = self.loop.run(lambda: all(writer.is_idle for writer in self.all),
                                       seconds + 60)
        if not have_ended:
            raise TimeoutError('turns that did not end within a minute')
        figures.seconds = time.monotonic() - began
        return figures

    def close(self):
        for writer in self.all:
            self.loop.forget(writer.sock)
            writer.sock.close()
