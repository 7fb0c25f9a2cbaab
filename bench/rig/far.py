"""A relay that puts a server further away: it takes as long to connect to and to answer as over a
line with that round trip."""
import contextlib
import queue
import socket
import threading
import time

RECEIVE_BYTES = 64 * 1024


def pump(source, target, delay_seconds, begins_at):
    """Bytes from one to the other, each later than it came, in two threads that end with it."""
    under_way = queue.SimpleQueue()

    def read():
        received = b'.'
        while received:
            try:
                received = source.recv(RECEIVE_BYTES)
            except OSError:
                received = b''
            under_way.put((max(time.monotonic(), begins_at) + delay_seconds, received))

    def write():
        while True:
            due, received = under_way.get()
            time.sleep(max(0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                if not received:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(received)

    for work in (read, write):
        threading.Thread(target=work, daemon=True).start()


@contextlib.contextmanager
def far(port, round_trip_ms):
    """Yields the port at which the server of `port` is that far away."""
    delay_seconds = round_trip_ms / 2000
    listener = socket.create_server(('127.0.0.1', 0))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                beyond = socket.create_connection(('127.0.0.1', port))
                for sock in (near, beyond):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # The kernel has accepted at once; the first bytes wait for what that would take.
                begins_at = time.monotonic() + 2 * delay_seconds
                pump(near, beyond, delay_seconds, begins_at)
                pump(beyond, near, delay_seconds, begins_at)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
