"""One crowd of readers on a service of its own, and what was seen of it."""
import statistics
import sys
import time

from rig.loop import Loop, prompt
from rig.model_server import ask
from rig.readers import READERS
from rig.service import service
from rig.slow_readers import SlowReader, watch
from rig.table import percentile
from rig.wire import Peer

WAIT_SECONDS = 120
REST_SECONDS = 2


class Shape:
    """How the model answers: so many sentences of so many letters, the first one after a silence
    in which everybody can connect."""

    def __init__(self, sentences, letters, first_ms, each_ms):
        self.sentences = sentences
        self.first_seconds = first_ms / 1000
        self.seconds = (first_ms + sentences * each_ms) / 1000
        self.words = ask(sentences, letters, first_ms, each_ms)


WARM_UP = Shape(1, 60, 0, 0)


class Crowd:
    """`turns` turns with `readers` readers each; of kind None nobody reads. `slow` is a list
    of the slow readers of the last turn, each as its kind and the bytes a second that it takes.

    Memory in KiB: before, during, after, each by name. CPU in seconds of the service: cpu_begin for
    sending and connecting, cpu_events for the events. Seconds of a CPU per second: own_share.
    """

    def __init__(self, binary, model_port, shape, kind, turns, readers, slow=()):
        self.shape = shape
        self.loop = Loop()
        self.kind, self.turns, self.readers_each, self.slow_ones = kind, turns, readers, slow
        self.readers = []
        self.slow = []
        self.during = None
        with service(binary, model_port) as (self.process, self.port):
            self.peer = Peer(self.port)
            self.peer.follow(self.send(WARM_UP), time.perf_counter())
            self.before = self.process.memory()
            self.began = time.monotonic()
            with prompt():
                self.begin()
                self.read()
                self.wait_for_slow()
            time.sleep(REST_SECONDS)
            self.after = self.process.memory()
            for reader in self.slow:
                reader.close()
            self.peer.close()
        self.loop.close()

    def send(self, shape):
        """In a new conversation of a new guest without a cookie, who has its ids and needs no
        more."""
        self.peer.headers = ()
        _, turn = self.peer.ask('POST', '/api/turns', {'message': shape.words})
        self.peer.headers = ()
        return turn['turn_id']

    def begin(self):
        cpu = self.process.cpu_seconds()
        for _ in range(self.turns):
            turn = self.send(self.shape)
            if self.kind:
                self.readers += [READERS[self.kind](self.loop, self.port, turn)
                                 for _ in range(self.readers_each)]
            self.loop.step()  # or what came long ago would be taken for new
        self.slow = [SlowReader(self.loop, self.port, turn, *one) for one in self.slow_ones]
        if self.slow:
            watch(self.loop, self.port, self.slow)
        self.loop.run(lambda: False, 1)
        took = time.monotonic() - self.began
        if self.turns == 1 and took > self.shape.first_seconds:
            sys.exit(f'connecting took {took:.1f} s, longer than the silence before the first '
                     'sentence: fewer readers, please')
        self.cpu_begin = self.process.cpu_seconds() - cpu

    def read(self):
        """Until every reader has `done`."""
        def look():
            self.during = self.process.memory()

        def is_over():
            if self.readers:
                return self.during and all(reader.has_left for reader in self.readers)
            return time.monotonic() > self.began + self.shape.seconds + REST_SECONDS

        half = (self.shape.first_seconds + self.shape.seconds) / 2
        self.loop.at(self.began + half, look)
        cpu, own, began = self.process.cpu_seconds(), time.process_time(), time.monotonic()
        if not self.loop.run(is_over, WAIT_SECONDS):
            sys.exit('there are readers that got no end')
        self.cpu_events = self.process.cpu_seconds() - cpu
        self.own_share = (time.process_time() - own) / (time.monotonic() - began)
        whole = list(range(1, self.shape.sentences + 1))
        lost = sum([arrival[0] for arrival in reader.arrivals] != whole for reader in self.readers)
        if lost:
            sys.exit(f'{lost} readers did not get every sentence once and in order')

    def wait_for_slow(self):
        is_over = (lambda: all(reader.cut_at for reader in self.slow))
        if self.slow:
            self.loop.run(is_over, WAIT_SECONDS)

    @property
    def deliveries(self):
        return sum(len(reader.arrivals) for reader in self.readers)

    @property
    def unsure(self):
        """The share of events that were read together with a later one, and so got its time."""
        return sum(reader.read_together for reader in self.readers) / max(1, self.deliveries)

    def delays(self):
        """Milliseconds from the model server to the readers, all events of all readers."""
        return [(arrived - sent) / 1e6
                for reader in self.readers for _, sent, arrived in reader.arrivals]

    def delays_to_first(self):
        """Milliseconds behind the first reader that got the same event, all readers of one turn."""
        delays = []
        for same in zip(*(reader.arrivals for reader in self.readers)):
            first = min(arrived for _, _, arrived in same)
            delays += [(arrived - first) / 1e6 for _, _, arrived in same]
        return delays


def three(values):
    return [percentile(values, 50), percentile(values, 99), max(values)]


def median_of(runs, figure):
    return statistics.median(figure(run) for run in runs)
