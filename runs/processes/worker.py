"""What runs in a worker process: it receives tasks on a stream, one after the other, and sends back what they return.

A new Python runs `run_worker`. Without arguments it serves one stream, stdin and stdout; with the numbers of open
sockets as arguments it reads from stdin what to load, and goes on as `serve_copies`.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import BinaryIO

LENGTH_BYTES = 8


def send(stream: BinaryIO, content: bytes) -> None:
    """Write a message: its length, and its bytes; raise OSError if the other side has gone."""
    stream.write(len(content).to_bytes(LENGTH_BYTES, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read a message; raise EOFError if the other side has gone, also in the middle of a message."""
    return read_exactly(stream, int.from_bytes(read_exactly(stream, LENGTH_BYTES), "big"))


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """Read so many bytes; raise EOFError if the stream ends before."""
    content = stream.read(size)
    if len(content) < size:
        raise EOFError(f"the stream ended after {len(content)} of {size} bytes")
    return content


def serve_stream(tasks: BinaryIO, results: BinaryIO) -> None:
    """Do each task that is received and send its result, until the parent has gone."""
    received: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=listen, args=(tasks, received), daemon=True).start()
    while True:
        result = do(received.get())
        send(results, result)


def listen(tasks: BinaryIO, received: SimpleQueue[bytes]) -> None:
    """Put each task into the queue; end this process when its parent has gone, killed or not, whatever it is doing."""
    try:
        while True:
            received.put(receive(tasks))
    except (EOFError, OSError):
        os._exit(1)


def do(task: bytes) -> bytes:
    """Call a pickled function with its arguments: whether it returned, and what it returned or raised, pickled."""
    try:
        function, arguments = pickle.loads(task)
        return pickle.dumps((True, function(*arguments)), protocol=5)
    except Exception as error:
        text = traceback.format_exc()
        error.add_note(f"in a worker process:\n{text}")
        try:
            return pickle.dumps((False, error), protocol=5)
        except Exception:  # what was raised cannot be pickled
            return pickle.dumps((False, RuntimeError(text)), protocol=5)


def serve_standard_streams() -> None:
    """Serve stdin and stdout; what tasks print goes to stderr."""
    tasks, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve_stream(tasks, results)


def serve_copies(sockets: list[socket.socket], load: Callable[[], object] | None) -> None:
    """Load what tasks need; then serve each socket with a copy of this process, and wait for the end of all.

    This process has one thread, so that a copy is safe.
    """
    if load is not None:
        load()
    gc.freeze()  # so that copies share the memory of what is loaded
    for own in sockets:
        if os.fork() == 0:
            for other in sockets:
                if other is not own:
                    other.close()
            serve_stream(own.makefile("rb"), own.makefile("wb"))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends the copies
    for own in sockets:
        own.close()
    with suppress(ChildProcessError):  # no copy is left
        while True:
            os.wait()


def run_worker() -> None:
    """Serve the sockets whose numbers are on the command line, or the standard streams."""
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
    if sockets:
        serve_copies(sockets, pickle.load(sys.stdin.buffer))
    else:
        serve_standard_streams()
