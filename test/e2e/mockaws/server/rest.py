"""What the services that are not moto's have in common: REST, and tags."""

import collections
import http
import traceback
import urllib.parse
import uuid


class Error(Exception):
    """An error of AWS."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code


class Request:
    """A request as a service sees it. Segments of the path are unquoted: an ARN in one is one."""

    def __init__(self, environ):
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]
        if "://" in raw:
            raw = "/" + raw.split("://", 1)[1].partition("/")[2]  # as one asks a proxy
        path, _, query = raw.partition("?")
        self.method = environ["REQUEST_METHOD"]
        self.path = [urllib.parse.unquote(s) for s in path.split("/") if s]
        self.query = {k: v[0] for k, v in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        self.body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.etag = environ.get("HTTP_IF_MATCH", "")


class Application:
    """Asks service for what is signed for it, and app for the rest.

    A service has content_type, answer(Request), which returns a body and headers, or raises Error or LookupError for
    what it does not know, and error(Error), which returns a body.
    """

    def __init__(self, name: str, service, app):
        self.name, self.service, self.app = name, service, app

    def __call__(self, environ, start_response):
        # AWS4-HMAC-SHA256 Credential=KEY/20261124/us-east-1/backup/aws4_request, …
        scope = environ.get("HTTP_AUTHORIZATION", "").split(",")[0].split("/")
        if len(scope) != 5 or scope[3] != self.name:
            return self.app(environ, start_response)
        status, headers = 200, {}
        try:
            body, headers = self.service.answer(Request(environ))
        except Error as e:
            status, body = e.status, self.service.error(e)
            headers = {"x-amzn-ErrorType": e.code}
        except Exception:  # a bug of ours must not look as if AWS were busy: it is not tried again
            traceback.print_exc()
            e = Error(400, "NotImplemented", f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {traceback.format_exc(-1)}")
            status, body = e.status, self.service.error(e)
        headers = {
            "Content-Type": self.service.content_type,
            "Content-Length": str(len(body)),
            "x-amzn-RequestId": str(uuid.uuid4()),
            **headers,
        }
        start_response(f"{status} {http.HTTPStatus(status).phrase}", list(headers.items()))
        return [body]


class Tags(collections.defaultdict):
    """Tags by ARN, each a dict."""

    def __init__(self):
        super().__init__(dict)

    def remove(self, arn: str, keys) -> None:
        for k in keys:
            self[arn].pop(k, None)
