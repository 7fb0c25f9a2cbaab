"""Readers that hardly read, or do not read at all, and when the service lets go of them.

Their sockets are as small as those over a real network. That the service has closed is seen in the
system's table of connections: whoever does not read does not notice.
"""
import pathlib
import time

from rig.readers import READERS, connect

ESTABLISHED = '01'
LOOK_SECONDS = 0.5


def connections_at(port):
    """The service's side of its connections: peer port -> (state, bytes the kernel holds)."""
    found = {}
    for line in pathlib.Path('/proc/net/tcp').read_text().splitlines()[1:]:
        fields = line.split()
        local, peer, state = fields[1:4]
        if int(local.split(':')[1], 16) == port:
            found[int(peer.split(':')[1], 16)] = state, int(fields[4].split(':')[0], 16)
    return found


class SlowReader:
    """Asks for the events of a turn, and then takes `bytes_a_second` of them."""

    def __init__(self, loop, port, turn_id, kind, bytes_a_second):
        self.loop = loop
        self.bytes_a_second = bytes_a_second
        self.full_at = None
        self.cut_at = None
        self.waiting = 0  # bytes in the kernel
        self.sock = connect(port, has_small_window=True)
        self.peer_port = self.sock.getsockname()[1]
        READERS[kind].begin(self.sock, turn_id)
        if bytes_a_second:
            self.drip()

    def drip(self):
        if self.sock.fileno() < 0:
            return
        self.sock.setblocking(False)
        try:
            self.sock.recv(self.bytes_a_second)
        except OSError:
            pass
        self.loop.at(time.monotonic() + 1, self.drip)

    def look(self, connections):
        """Full since nothing was added; cut once the service's side is no longer established."""
        if self.cut_at:
            return
        now = time.monotonic()
        state, waiting = connections.get(self.peer_port, ('', 0))
        if state != ESTABLISHED:
            self.cut_at = now
            return
        if waiting != self.waiting or not waiting:
            self.waiting, self.full_at = waiting, now

    def close(self):
        self.sock.close()


def watch(loop, port, slow):
    """Looks at all of them until each is cut."""
    def look():
        connections = connections_at(port)
        for reader in slow:
            reader.look(connections)
        if not all(reader.cut_at for reader in slow):
            loop.at(time.monotonic() + LOOK_SECONDS, look)
    look()
