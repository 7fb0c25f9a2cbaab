"""Markdown tables of figures, and how busy the machine was when they were taken."""
import datetime
import math
import os
import pathlib
import statistics

TICKS_PER_SECOND = os.sysconf('SC_CLK_TCK')


def percentile(values, share):
    """By nearest rank: a value that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def number(value):
    """Three digits that count."""
    if value == 0:
        return '0'
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f'{value:,.{places}f}'


def spread(values):
    """The median, and between which values it lies."""
    if len(values) == 1:
        return number(values[0])
    middle = number(statistics.median(values))
    return f'{middle} ({number(min(values))} to {number(max(values))})'


def print_table(header, rows):
    print('\n| ' + ' | '.join(header) + ' |')
    print('|' + '---|' * len(header))
    for row in rows:
        print('| ' + ' | '.join(str(cell) for cell in row) + ' |', flush=True)
    print()


def busy_seconds():
    """CPU time that all programs together have used, and what the host took away."""
    fields = pathlib.Path('/proc/stat').read_text().split('\n', 1)[0].split()[1:]
    user, nice, system, _, _, interrupt, soft, steal = map(int, fields[:8])
    return (user + nice + system + interrupt + soft + steal) / TICKS_PER_SECOND


class Machine:
    """What the measured processes and everybody else used between the start and `sentence()`."""

    def __init__(self):
        self.began = datetime.datetime.now()
        self.load_before = os.getloadavg()[0]
        self.busy_before = busy_seconds()
        self.ours = 0.0  # CPU seconds of the bench and what it started, as far as it counted

    def sentence(self):
        seconds = (datetime.datetime.now() - self.began).total_seconds()
        whole = seconds * os.cpu_count()
        busy = busy_seconds() - self.busy_before
        others = max(0, busy - self.ours) / whole * 100
        return (f'{self.began:%Y-%m-%d %H:%M}, {os.cpu_count()} cores, {seconds:.0f} s. Load '
                f'{self.load_before:.1f} before and {os.getloadavg()[0]:.1f} after; the machine '
                f'was {busy / whole * 100:.0f} % busy, other programs took {others:.0f} %.')
