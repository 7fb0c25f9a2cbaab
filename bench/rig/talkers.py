"""People who ask for a reply and read it as it streams, from the model server itself or through
the service: the same words, the same kept connection, the same stopwatch."""
import time

from rig.loop import prompt
from rig.model_server import MARK
from rig.readers import connect, receive
from rig.wire import LAST_CHUNK, cookie_of, request

WAIT_SECONDS = 120


def ask_model(words, _):
    return request('POST', '/v1/chat/completions', {
        'model': 'bench', 'stream': True, 'messages': [{'role': 'user', 'content': words}]})


def ask_service(words, headers):
    """A conversation of its own each time, so that the model's context stays small and alike."""
    return request('POST', '/chat', {'message': words},
                   ('Accept: text/event-stream', *headers))


class Figures:
    """Milliseconds."""

    def __init__(self):
        self.first_text = []  # from the request to the first sentence
        self.delays = []      # of each sentence, from the model server to the reader
        self.read_together = 0


class Talker:
    def __init__(self, loop, port, ask):
        self.loop = loop
        self.ask = ask
        self.headers = ()
        self.turns_left = 0
        self.sock = connect(port)
        loop.watch(self.sock, self.on_readable)

    def talk(self, words, turns, figures):
        self.words, self.turns_left, self.figures = words, turns, figures
        self.send()

    def send(self):
        self.received = b''
        self.read_bytes = 0
        self.has_text = False
        text = self.ask(self.words, self.headers)
        self.began = time.time_ns()
        self.sock.sendall(text)

    def on_readable(self):
        received, arrived = receive(self.sock)
        if not received:
            raise ConnectionError(f'the other end closed: {self.received[-300:]!r}')
        self.received += received
        self.note(arrived)
        if self.received.endswith(LAST_CHUNK):
            self.finish()

    def note(self, arrived):
        marks = list(MARK.finditer(self.received, self.read_bytes))
        if not marks:
            return
        self.read_bytes = marks[-1].end()
        if not self.has_text:
            self.has_text = True
            self.figures.first_text.append((arrived - self.began) / 1e6)
        self.figures.delays += [(arrived - int(mark[2])) / 1e6 for mark in marks]
        self.figures.read_together += len(marks) - 1

    def finish(self):
        is_whole = b'[DONE]' in self.received or b'"status":"completed"' in self.received
        if not is_whole or not self.has_text or b'event: notice' in self.received:
            raise RuntimeError(f'not a whole reply of the model: {self.received[-300:]!r}')
        self.headers = self.headers or cookie_of(self.received.partition(b'\r\n\r\n')[0])
        self.turns_left -= 1
        if self.turns_left:
            self.send()


class Talkers:
    """As many as `count`, on connections that are kept from one round to the next."""

    def __init__(self, loop, port, ask, count):
        self.loop = loop
        self.all = [Talker(loop, port, ask) for _ in range(count)]

    def talk(self, words, turns, figures, begin_seconds):
        """So many turns of each; not all of them begin at once, but within `begin_seconds`."""
        began = time.monotonic()
        for number, talker in enumerate(self.all):
            talker.turns_left = turns
            self.loop.at(began + begin_seconds * number / len(self.all),
                         lambda talker=talker: talker.talk(words, turns, figures))
        with prompt():
            have_ended = self.loop.run(
                lambda: not any(talker.turns_left for talker in self.all), WAIT_SECONDS)
        if not have_ended:
            raise TimeoutError('replies that did not end')
