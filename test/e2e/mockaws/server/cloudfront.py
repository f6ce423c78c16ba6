"""CloudFront: distributions, cache policies, origin access controls.

moto 5.2.1 has no cache policies, forgets which origin access control an origin has, and answers with settings that
nobody gave, such as forwarded values beside a cache policy. Here configurations are kept as the XML that they came in.
"""

import random
import string
import xml.etree.ElementTree as ET

from rest import Error, Request, Tags

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
ET.register_namespace("", NAMESPACE)

# What a distribution has in every answer, even if nobody gave it; the provider relies on some.
DEFAULTS = ("Aliases", "OriginGroups", "CacheBehaviors", "CustomErrorResponses")


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def element(name: str, *children, text: str = "") -> ET.Element:
    e = ET.Element(tag(name))
    e.text = text or None
    e.extend(children)
    return e


def value(e: ET.Element, path: str) -> str:
    return e.findtext("/".join(tag(p) for p in path.split("/")), "")


def identifier() -> str:
    return "E" + "".join(random.choices(string.ascii_uppercase + string.digits, k=13))


class Kind:
    """One kind of thing: what it, its configuration and its list are called, and the errors about it."""

    def __init__(self, name: str, in_use: str):
        self.name, self.config = name, name + "Config"
        self.missing, self.exists, self.in_use = f"NoSuch{name}", f"{name}AlreadyExists", in_use


KINDS = {
    "distribution": Kind("Distribution", "DistributionNotDisabled"),
    "cache-policy": Kind("CachePolicy", "CachePolicyInUse"),
    "origin-access-control": Kind("OriginAccessControl", "OriginAccessControlInUse"),
}


class CloudFront:
    content_type = "text/xml"

    def __init__(self, account: str):
        self.prefix = f"arn:aws:cloudfront::{account}"
        self.things: dict[str, dict[str, ET.Element]] = {path: {} for path in KINDS}  # configurations by path and id
        self.etags: dict[str, str] = {}
        self.tags = Tags()

    def error(self, e: Error) -> bytes:
        fields = [element("Type", text="Sender"), element("Code", text=e.code), element("Message", text=str(e))]
        return ET.tostring(element("ErrorResponse", element("Error", *fields)))

    def answer(self, r: Request):
        match r.method, r.path[1:]:
            case method, ["tagging"]:
                return self.tagging(method, r)
            case method, [path] if path in KINDS:
                return self.create(path, r) if method == "POST" else self.list(path)
            case method, [path, id, *rest] if path in KINDS and rest in ([], ["config"]):
                return self.one(method, path, id, bool(rest), r)
        raise Error(400, "NotImplemented", f"{r.method} /{'/'.join(r.path)}")

    def create(self, path: str, r: Request):
        kind, given, tags = KINDS[path], ET.fromstring(r.body), []
        if given.tag == tag("DistributionConfigWithTags"):
            tags = given.findall(f".//{tag('Tag')}")
            given = given.find(tag("DistributionConfig"))
        unique = "CallerReference" if path == "distribution" else "Name"
        if any(value(t, unique) == value(given, unique) for t in self.things[path].values()):
            raise Error(409, kind.exists, f"{unique} {value(given, unique)} is taken")
        id = identifier()
        self.set(path, id, given)
        self.tags[f"{self.prefix}:distribution/{id}"] = {value(t, "Key"): value(t, "Value") for t in tags}
        return self.show(path, id)

    def set(self, path: str, id: str, given: ET.Element) -> None:
        if path == "distribution":
            for name in DEFAULTS:
                if given.find(tag(name)) is None:
                    given.append(element(name, element("Quantity", text="0")))
        self.things[path][id], self.etags[id] = given, identifier()

    def one(self, method: str, path: str, id: str, config: bool, r: Request):
        kind = KINDS[path]
        if id not in self.things[path]:
            raise Error(404, kind.missing, f"{id} does not exist")
        if method == "GET":
            return self.show(path, id, config)
        if r.etag != self.etags[id]:
            raise Error(412, "PreconditionFailed", "the If-Match version is not the present one")
        if method == "PUT":
            self.set(path, id, ET.fromstring(r.body))
            return self.show(path, id)
        if path == "distribution" and value(self.things[path][id], "Enabled") != "false" or self.used(id):
            raise Error(409, kind.in_use, f"{id} is in use")
        del self.things[path][id], self.etags[id]
        return b"", {}

    def used(self, id: str) -> bool:
        """Whether a distribution refers to this."""
        return any(e.text == id for d in self.things["distribution"].values() for e in d.iter())

    def show(self, path: str, id: str, config: bool = False):
        out = self.things[path][id] if config else self.described(path, id)
        return ET.tostring(out), {"ETag": self.etags[id]}

    def described(self, path: str, id: str) -> ET.Element:
        fields = [element("Id", text=id)]
        if path != "origin-access-control":
            fields.append(element("LastModifiedTime", text="2026-01-01T00:00:00Z"))
        if path == "distribution":
            nobody = [element("Enabled", text="false"), element("Quantity", text="0")]
            fields += [
                element("ARN", text=f"{self.prefix}:distribution/{id}"),
                element("Status", text="Deployed"),
                element("InProgressInvalidationBatches", text="0"),
                element("DomainName", text=f"{id.lower()}.cloudfront.net"),
                element("ActiveTrustedSigners", *nobody),
                element("ActiveTrustedKeyGroups", *nobody),
            ]
        return element(KINDS[path].name, *fields, self.things[path][id])

    def list(self, path: str):
        """Lists things. A distribution's summary has the settings that are its configuration's."""
        items = [self.described(path, id) for id in self.things[path]]
        if path == "distribution":
            items = [element("DistributionSummary", *d[:-1], *d[-1]) for d in items]
        name = KINDS[path].name + "List"
        head = [element("MaxItems", text="100"), element("Quantity", text=str(len(items)))]
        if path != "cache-policy":
            head.append(element("IsTruncated", text="false"))
        else:
            items = [element("CachePolicySummary", element("Type", text="custom"), p) for p in items]
        return ET.tostring(element(name, *head, element("Items", *items))), {}

    def tagging(self, method: str, r: Request):
        arn = r.query["Resource"]
        if method == "GET":
            tags = [element("Tag", element("Key", text=k), element("Value", text=v)) for k, v in self.tags[arn].items()]
            return ET.tostring(element("Tags", element("Items", *tags))), {}
        given = ET.fromstring(r.body)
        if r.query.get("Operation") == "Tag":
            self.tags[arn] |= {value(t, "Key"): value(t, "Value") for t in given.iter(tag("Tag"))}
        else:
            self.tags.remove(arn, [e.text for e in given.iter(tag("Key"))])
        return b"", {}
