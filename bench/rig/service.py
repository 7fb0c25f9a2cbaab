"""The service and its model server, as processes of their own, and what they cost."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / 'build/release/notatherapist'
START_LIMIT_SECONDS = 30
NANOSECONDS = 1e9


def raise_descriptor_limit():
    """For this process and those it starts: a connection is a descriptor at each of its ends."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def require_binary(path):
    if not os.access(path, os.X_OK):
        sys.exit(f'{path} is not there; ./run builds it')
    return os.path.abspath(path)


class Process:
    """What the system knows about a running process."""

    def __init__(self, pid):
        self.pid = pid

    def cpu_by_thread(self):
        """Seconds on a CPU by thread id; the main thread, which is the event loop, comes first."""
        seconds = {}
        for task in sorted(pathlib.Path(f'/proc/{self.pid}/task').iterdir(),
                           key=lambda path: int(path.name)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                text = (task / 'schedstat').read_text()
                seconds[int(task.name)] = int(text.split()[0]) / NANOSECONDS
        return seconds

    def cpu_seconds(self):
        return sum(self.cpu_by_thread().values())

    def memory(self):
        """Resident, proportional and private dirty memory in KiB."""
        rollup = pathlib.Path(f'/proc/{self.pid}/smaps_rollup').read_text()
        return {name: int(re.search(rf'^{name}:\s+(\d+) kB', rollup, re.M)[1])
                for name in ('Rss', 'Pss', 'Private_Dirty')}


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def answer(port, method, path, body=None):
    """The status and body of one request on a connection of its own, like a new client's."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=START_LIMIT_SECONDS)
    headers = {'Content-Type': 'application/json'} if body else {}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, text


def wait_until_alive(process, port, log):
    """Asks until the service answers. A refused connection costs well under a millisecond."""
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f'the service ended with {process.returncode}:\n' +
                     pathlib.Path(log).read_text())
        with contextlib.suppress(ConnectionError):
            if answer(port, 'GET', '/health/live')[0] == 200:
                return
        time.sleep(0.0005)
    sys.exit(f'the service did not answer within {START_LIMIT_SECONDS} s')


def end(process):
    """As an operator would; what does not listen is killed."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(START_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def model_server():
    """Yields the Process and its port."""
    script = pathlib.Path(__file__).with_name('model_server.py')
    process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    try:
        yield Process(process.pid), int(process.stdout.readline())
    finally:
        process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def started(binary, directory, environment=()):
    """The service on `directory`, once it answers: yields the Process and its port."""
    port = free_port()
    variables = {'PATH': os.environ['PATH'], 'NAT_SHARE_DIR': str(ROOT), 'NAT_PORT': str(port),
                 'NAT_METRICS_PORT': '0', 'NAT_DATA_DIR': directory, **dict(environment)}
    log = f'{directory}.log'
    with open(log, 'ab') as output:
        process = subprocess.Popen([binary, 'serve'], env=variables, stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output)
    try:
        wait_until_alive(process, port, log)
        yield Process(process.pid), port
    finally:
        if process.poll() is not None:
            print(f'The service had ended before, with {process.returncode}.', file=sys.stderr)
        end(process)
        complaints = re.findall(r'^{.*"level":"(?:warning|error)".*$',
                                pathlib.Path(log).read_text(), re.M)
        if complaints:
            print(f'The service complained {len(complaints)} times:\n' +
                  '\n'.join(complaints[:5]), file=sys.stderr)


@contextlib.contextmanager
def service(binary, model_port, folder=None, environment=()):
    """The service with this model server, without rate limits, on a new directory in `folder`."""
    with tempfile.TemporaryDirectory(prefix='nat-bench-', dir=folder) as scratch:
        variables = {'NAT_RATE_LIMIT': 'off', 'NAT_LOG_LEVEL': 'warning',
                     'NAT_LLM_BASE_URL': f'http://127.0.0.1:{model_port}/v1',
                     'NAT_LLM_MODEL': 'bench', **dict(environment)}
        with started(binary, os.path.join(scratch, 'kept'), variables) as running:
            yield running
