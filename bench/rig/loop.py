"""Sockets and moments on one thread: a thousand streams must not cost a thousand threads."""
import contextlib
import heapq
import itertools
import os
import select
import time

LOOK_SECONDS = 0.5
FIRST = -10


@contextlib.contextmanager
def prompt():
    """Where it may, this thread comes before other programs, though not before what it starts: a
    stopwatch that is held up shows too much."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)
    except PermissionError:
        pass
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


class Loop:
    def __init__(self):
        self._poll = select.epoll()
        self._readers = {}
        self._moments = []
        self._order = itertools.count()

    def watch(self, sock, on_readable):
        self._readers[sock.fileno()] = on_readable
        self._poll.register(sock.fileno(), select.EPOLLIN)

    def forget(self, sock):
        self._poll.unregister(sock.fileno())
        del self._readers[sock.fileno()]

    def at(self, when, call):
        """Calls once, not before `when` (time.monotonic())."""
        heapq.heappush(self._moments, (when, next(self._order), call))

    def run(self, is_over, limit_seconds):
        """Until `is_over()`; False when the limit came first."""
        deadline = time.monotonic() + limit_seconds
        while not is_over():
            if time.monotonic() > deadline:
                return False
            self.step(LOOK_SECONDS)
        return True

    def step(self, wait_seconds=0):
        """Does what can be done now, or waits for something to do."""
        while self._moments and self._moments[0][0] <= time.monotonic():
            heapq.heappop(self._moments)[2]()
        if self._moments:
            wait_seconds = max(0, min(wait_seconds, self._moments[0][0] - time.monotonic()))
        for number, _ in self._poll.poll(wait_seconds):
            on_readable = self._readers.get(number)
            if on_readable:
                on_readable()

    def close(self):
        self._poll.close()
