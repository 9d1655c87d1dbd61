"""What a program wrote on a terminal of ours."""

import os


def read_all(terminal: int) -> str:
    """All that comes until the other end is closed; closes this one."""
    pieces = []
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(terminal)
    return b"".join(pieces).decode("utf-8", "replace")
