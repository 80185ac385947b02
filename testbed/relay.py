"""Join two network interfaces and hand every frame over late: latency and loss where the kernel has no netem.

Run as a program of its own: relay.py ANNOUNCEMENT INTERFACE INTERFACE ONE_WAY_SECONDS LOST_FRACTION
Both ends of the link must compute their checksums themselves (ethtool -K DEV tx off tso off gso off): a frame read
here is sent as it is.
"""

from __future__ import annotations

import os
import random
import select
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

EVERY_PROTOCOL = 3
SO_RCVBUFFORCE = 33
BUFFER = 8 << 20
AT_ONCE = 64  # frames read from one side before the other side gets its turn


def listen(interface: str) -> socket.socket:
    """A socket that receives and sends whole frames."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(EVERY_PROTOCOL))
    raw.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    raw.bind((interface, 0))
    raw.setblocking(False)
    return raw


def arrived(side: socket.socket, lost: float) -> list[bytes]:
    """The frames that wait on one side, without our own and without those that get lost."""
    frames = []
    with suppress(BlockingIOError):
        for _ in range(AT_ONCE):
            frame, origin = side.recvfrom(65536)
            if origin[2] != socket.PACKET_OUTGOING and random.random() >= lost:
                frames.append(frame)
    return frames


def relay(one: socket.socket, other: socket.socket, delay: float, lost: float) -> None:
    """Carry frames both ways for ever. All wait equally long, so the first one in the queue is the first one due."""
    opposite = {one: other, other: one}
    queue: deque[tuple[float, socket.socket, bytes]] = deque()
    while True:
        while queue and queue[0][0] <= time.monotonic():
            _, out, frame = queue.popleft()
            with suppress(OSError):  # the interface is down: the frame is lost, as on a real wire
                out.send(frame)
        pause = max(0.0, queue[0][0] - time.monotonic()) if queue else None
        for side in select.select([one, other], [], [], pause)[0]:
            due = time.monotonic() + delay
            queue.extend((due, opposite[side], frame) for frame in arrived(side, lost))


if __name__ == "__main__":
    announcement, first, second, one_way, loss = sys.argv[1:]
    ends = listen(first), listen(second)
    Path(announcement).write_text(f"{os.getpid()}\n")
    relay(*ends, float(one_way), float(loss))
