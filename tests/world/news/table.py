"""THE table of behaviours: every way in which a server of the test world can answer.

Each is at `/wild/NAME` on every site (with anything after it: `/wild/NAME/2`), where an ordinary
article of its own is what it would answer; and a site can be told to show it on its own pages
(`control.behave(site, NAME, …)`). `?seconds=…` changes how long the slow ones take.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.world.news import misdeeds as m
from tests.world.news import statuses as s
from tests.world.news.statuses import Act, redirect

METADATA = "http://169.254.169.254/latest/meta-data/"
ABSURD = "99999999999999999999"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Its name, what the server does, and the function that does it."""

    name: str
    does: str
    act: Act


TABLE = tuple(
    Behaviour(*row)
    for row in (
        ("ok", "200 with ETag and Last-Modified, 304 when one matches", m.send_ok),
        ("etag", "the same with an ETag only", m.send_etag_only),
        ("weak-etag", "the same with a weak ETag", m.send_weak_etag),
        ("last-modified", "the same with Last-Modified only", m.send_modified_only),
        ("no-validators", "always 200, without validators", m.send_no_validators),
        ("new-etags", "always 200; other ETags, a Last-Modified to come", m.send_new_etags),
        ("always-304", "304 to any validator, whatever has changed", m.send_always_304),
        ("unasked-304", "304 though no validator was sent", m.send_304_unasked),
        ("garbage-validators", "an ETag and a date that are none", m.send_garbage_validators),
        ("gzip", "gzip, where it is accepted", m.send_gzip),
        ("deflate", "deflate as zlib", m.send_deflate),
        ("raw-deflate", "deflate without zlib's frame", m.send_raw_deflate),
        ("unknown-coding", "a content coding that does not exist", m.send_unknown_coding),
        ("wrong-gzip", "said to be gzip, and is not", m.send_wrong_gzip),
        ("corrupt-gzip", "gzip with wrong bytes in the middle", m.send_corrupt_gzip),
        ("cut-gzip", "gzip without its end, with the right length", m.send_cut_gzip),
        ("gzip-bomb", "200 MB in 200 KB of gzip", m.send_gzip_bomb),
        ("chunked", "chunks of 1,500 bytes", m.send_chunked),
        ("cut-chunks", "the connection ends before the last chunk", m.send_cut_chunks),
        ("bad-chunks", "a chunk whose size is no number", m.send_bad_chunks),
        ("slow", "10 s until it answers", m.send_slowly),
        ("never", "an hour until it closes without an answer", m.send_never),
        ("drip", "100 bytes of the body a second", m.drip_body),
        ("drip-head", "one header a second", m.drip_head),
        ("endless", "a body that never ends", m.send_endless_body),
        ("endless-chunks", "chunks that never end", m.send_endless_chunks),
        ("endless-head", "headers that never end", m.send_endless_head),
        ("endless-line", "one header that never ends", m.send_endless_line),
        ("half", "half of the bytes that Content-Length promises", m.send_half),
        ("too-long", "more bytes than Content-Length says", m.send_more_than_said),
        ("reset", "the connection is reset instead of an answer", m.reset),
        ("reset-midway", "the connection is reset in the body", m.reset_midway),
        ("closed", "the connection is closed instead of an answer", m.close_at_once),
        ("garbage", "bytes that are no HTTP", m.send_garbage),
        ("http-1.0", "HTTP/1.0, no length: the end is the end", m.send_old_http),
        ("interim", "103 and 102 before the answer", m.send_interim),
        ("close", "Connection: close", m.send_closing),
        ("301", "moved for good, below /moved", redirect(301, s.to_moved)),
        ("302", "found below /moved", redirect(302, s.to_moved)),
        ("303", "see other, below /moved", redirect(303, s.to_moved)),
        ("307", "for now below /moved", redirect(307, s.to_moved)),
        ("308", "for good below /moved", redirect(308, s.to_moved)),
        ("300", "multiple choices, with a Location", redirect(300, s.to_moved)),
        ("redirect-relative", "301 with a path as Location", redirect(301, s.to_moved_path)),
        ("redirect-empty", "302 with an empty Location", redirect(302, s.to_fixed(""))),
        ("redirect-nowhere", "302 without a Location", redirect(302, s.to_fixed(None))),
        ("redirect-garbage", "302 to what is no address", redirect(302, s.to_fixed("http://[\xff:/"))),
        ("redirect-loop", "302 to itself", redirect(302, s.to_itself)),
        ("redirect-pair", "302 to and fro", redirect(302, s.to_partner)),
        ("redirect-3", "a chain of 3", redirect(302, s.to_next(3))),
        ("redirect-30", "a chain of 30", redirect(302, s.to_next(30))),
        ("redirect-host", "301 to the next site", redirect(301, s.to_next_host)),
        ("redirect-scheme", "301 to https, where nobody listens", redirect(301, s.to_fixed("https://127.0.0.1:1/"))),
        ("redirect-private", "302 to a private address", redirect(302, s.to_fixed("http://10.255.255.1/"))),
        ("redirect-metadata", "302 to a cloud's metadata", redirect(302, s.to_fixed(METADATA))),
        ("redirect-file", "302 to a file", redirect(302, s.to_fixed("file:///etc/passwd"))),
        ("redirect-ftp", "302 to ftp", redirect(302, s.to_fixed("ftp://127.0.0.1/x"))),
        ("redirect-to", "302 to what `?to=` says", redirect(302, s.to_asked)),
        ("400", "bad request", s.say(400)),
        ("401", "authentication wanted", s.say(401, ("WWW-Authenticate", "Basic"))),
        ("403", "forbidden", s.say(403)),
        ("404", "not found", s.say(404)),
        ("410", "gone", s.say(410)),
        ("451", "unavailable for legal reasons", s.say(451)),
        ("429", "too many requests, without Retry-After", s.say(429)),
        ("429-seconds", "too many requests, Retry-After: 2", s.say_in_seconds(429, 2)),
        ("429-date", "too many requests until in an hour", s.say_on_a_day(429)),
        ("429-absurd", "Retry-After of a thousand ages", s.say(429, ("Retry-After", ABSURD))),
        ("429-garbage", "Retry-After that is none", s.say(429, ("Retry-After", "soon"))),
        ("429-once", "429 with Retry-After: 1, then fine", s.recover(1, s.say_in_seconds(429, 1))),
        ("500", "always 500", s.say(500)),
        ("500-twice", "500 twice, then fine", s.recover(2, s.say(500))),
        ("502", "bad gateway", s.say(502)),
        ("503", "unavailable", s.say(503)),
        ("503-seconds", "unavailable, Retry-After: 2", s.say_in_seconds(503, 2)),
        ("504", "gateway timeout", s.say(504)),
        ("599", "a status that nobody knows", s.say(599)),
        ("999", "a status beyond all classes", s.say(999)),
        ("200-empty", "200 with no bytes", s.say_nothing(200)),
        ("204", "no content", s.say_nothing(204)),
        ("205", "reset content", s.say_nothing(205)),
        ("206", "the first half as 206, unasked", s.send_part),
        ("image", "a picture that says so", s.give("image/png", s.PNG)),
        ("image-as-html", "a picture said to be HTML", s.give("text/html", s.PNG)),
        ("binary-as-html", "any bytes, said to be HTML", s.give("text/html", s.BINARY)),
        ("pdf", "a PDF", s.give("application/pdf", s.PDF)),
        ("json", "JSON", s.give("application/json", b'{"news": []}')),
        ("html-as-octets", "a page said to be octets", s.retype("application/octet-stream")),
        ("html-as-image", "a page said to be a picture", s.retype("image/jpeg")),
        ("wrong-charset", "UTF-8 said to be UTF-16", s.retype("text/html; charset=utf-16")),
        ("huge", "a page of 30 MB", s.pad(30_000_000)),
        ("large", "a page of 1 MB", s.pad(1_000_000)),
    )
)  # fmt: skip

BEHAVIOURS = {behaviour.name: behaviour for behaviour in TABLE}
