"""Smithy's RPC v2 CBOR, which AWS' SDK for Go speaks to CloudWatch and moto does not understand.

A request is passed on to moto in JSON, which CloudWatch speaks too, and the answer translated back.
"""

import datetime
import io
import json

import botocore.session
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer


class Bridge:
    """Translates for the services in targets: what they are called in a path, and what botocore calls them."""

    def __init__(self, app, targets: dict[str, str]):
        self.app = app
        session = botocore.session.get_session()
        self.models = {t: session.get_service_model(name) for t, name in targets.items()}

    def __call__(self, environ, start_response):
        # /service/GraniteServiceVersion20100801/operation/PutMetricAlarm
        path = environ.get("PATH_INFO", "").strip("/").split("/")
        if len(path) != 4 or path[0] != "service" or path[1] not in self.models:
            return self.app(environ, start_response)
        target, action = path[1], path[3]
        status, headers, body = self.ask(environ, target, action)

        if status.startswith("2"):
            out = encode(body, self.models[target].operation_model(action).output_shape)
        else:
            out = encode_error(body)
        kept = [(k, v) for k, v in headers if k.lower() not in ("content-type", "content-length")]
        start_response(
            status,
            kept
            + [
                ("Content-Type", "application/cbor"),
                ("Smithy-Protocol", "rpc-v2-cbor"),
                ("Content-Length", str(len(out))),
            ],
        )
        return [out]

    def ask(self, environ, target: str, action: str):
        """Asks moto in JSON; returns its status line, its headers and its answer."""
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        request = json.dumps(decode(raw), default=lambda t: t.timestamp()).encode()
        asked = {k: v for k, v in environ.items() if k not in ("HTTP_SMITHY_PROTOCOL", "HTTP_CONTENT_ENCODING")}
        asked |= {
            "PATH_INFO": "/",
            "RAW_URI": "/",
            "REQUEST_URI": "/",
            "HTTP_X_AMZ_TARGET": f"{target}.{action}",
            "CONTENT_TYPE": "application/x-amz-json-1.0",
            "CONTENT_LENGTH": str(len(request)),
            "wsgi.input": io.BytesIO(request),
        }
        answered = []

        def start(status, headers, exc_info=None):
            answered[:] = [status, headers]
            return lambda _: None

        raw = b"".join(self.app(asked, start))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            body = {"__type": "InternalFailure", "message": raw.decode(errors="replace")[:500]}
        return answered[0], answered[1], body


def decode(raw: bytes):
    if not raw:
        return {}
    return RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(raw)))


def encode(value, shape) -> bytes:
    out = bytearray()
    if shape is None:
        out += b"\xa0"  # an empty map
    else:
        RpcV2CBORSerializer()._serialize_data_item(out, typed(value, shape), shape)
    return bytes(out)


def encode_error(body: dict) -> bytes:
    fields = {
        "__type": str(body.get("__type") or "InternalFailure"),
        "message": str(body.get("message") or body.get("Message") or ""),
    }
    out = bytearray([0xA0 + len(fields)])
    for k, v in fields.items():
        out += text(k) + text(v)
    return bytes(out)


def text(s: str) -> bytes:
    raw = s.encode()
    if len(raw) < 24:
        return bytes([0x60 + len(raw)]) + raw
    if len(raw) < 1 << 8:
        return bytes([0x78, len(raw)]) + raw
    return b"\x79" + len(raw).to_bytes(2, "big") + raw


def typed(value, shape):
    """Leaves out what the shape does not have or is not set, and makes times of what JSON has as numbers."""
    if shape.type_name == "structure":
        return {k: typed(v, shape.members[k]) for k, v in value.items() if k in shape.members and v is not None}
    if shape.type_name == "list":
        return [typed(v, shape.member) for v in value]
    if shape.type_name == "timestamp" and isinstance(value, (int, float)):
        return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    return value
