"""The same program on this machine's disk, on one that costs nothing, a slow one and a busy one."""
import contextlib
import os
import pathlib
import subprocess
import tempfile
import threading

SLOW_MS = 10
BUSY_BYTES = 8 * 2**20
REAL, FREE, SLOW = 'this disk', 'flushing is free', f'a flush takes {SLOW_MS} ms more'
BUSY = 'another program writes and flushes without a pause'


@contextlib.contextmanager
def disks():
    """Yields what the environment of a program must have for each disk."""
    with tempfile.TemporaryDirectory(prefix='nat-bench-') as folder:
        library = os.path.join(folder, 'flush.so')
        source = pathlib.Path(__file__).with_name('flush.c')
        subprocess.run(['cc', '-O2', '-shared', '-fPIC', '-o', library, source], check=True)
        yield {REAL: {}, FREE: {'LD_PRELOAD': library},
               SLOW: {'LD_PRELOAD': library, 'BENCH_FLUSH_MS': str(SLOW_MS)}}


@contextlib.contextmanager
def busy_disk():
    """Writes a few megabytes and flushes them, again and again, where temporary files are."""
    is_over = threading.Event()

    def write():
        with tempfile.TemporaryFile(prefix='nat-bench-') as file:
            while not is_over.is_set():
                file.seek(0)
                file.write(bytes(BUSY_BYTES))
                file.flush()
                os.fdatasync(file.fileno())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        is_over.set()
        writer.join()
