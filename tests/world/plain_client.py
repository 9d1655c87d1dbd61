"""A client of HTTP/1.1 on a plain socket, which sees what libraries hide."""

import re
import socket


class Reply:
    """What came back on a connection until it ended, or until we had enough."""

    def __init__(self, content, ended):
        self.content = content
        self.ended = ended  # "closed", "reset", "open" (nothing more came), "enough"
        head, _, self.body = content.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1]) if first.startswith("HTTP/1.") else None
        pairs = [line.partition(": ") for line in lines]
        self.headers = {name.lower(): value for name, _, value in pairs}


def ask(url, enough=300_000, wait=0.15, **headers):
    host, _, path = url.removeprefix("http://").partition("/")
    address, _, port = host.partition(":")
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((address, int(port)), timeout=30) as line:
        line.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode())
        return receive(line, enough, wait)


def receive(line, enough, wait):
    content = b""
    line.settimeout(wait)
    while len(content) < enough:
        try:
            more = line.recv(65_536)
        except TimeoutError:
            if re.search(rb"\r\n\r\n", content) or wait < 0.1:
                return Reply(content, "open")
            wait = 0.09  # slow to begin: once more
            continue
        except ConnectionResetError:
            return Reply(content, "reset")
        if not more:
            return Reply(content, "closed")
        content += more
        if is_whole(content):
            return Reply(content, "open")
    return Reply(content, "enough")


def is_whole(content):
    """Whether the length that was said is here: there is no need to wait for more."""
    head, end, body = content.partition(b"\r\n\r\n")
    if re.match(rb"HTTP/1.1 (204|304)", head):
        return bool(end)
    said = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end and said) and len(body) == int(said[1])


def is_article(reply, body=None):
    body = reply.body if body is None else body
    return reply.status == 200 and b"</article>" in body and body.rstrip().endswith(b"</html>")
