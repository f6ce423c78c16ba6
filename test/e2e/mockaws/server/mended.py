"""Smaller things that moto 5.2.1 lacks or gets wrong, each with what goes wrong without it."""

import json

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.route53.models import route53_backends


def install(account: str, zones: dict[str, str]) -> None:
    tag_scalable_targets()
    add_zones(account, zones)


def tag_scalable_targets() -> None:
    """Keeps the tags of scalable targets. moto has no tags there: reading a target fails."""
    tags: dict[str, dict[str, str]] = {}
    register = ApplicationAutoScalingResponse.register_scalable_target

    def of(self) -> dict[str, str]:
        return tags.setdefault(self._get_param("ResourceARN"), {})

    def register_scalable_target(self):
        out = register(self)
        if given := self._get_param("Tags"):
            tags.setdefault(json.loads(out)["ScalableTargetARN"], {}).update(given)
        return out

    def list_tags_for_resource(self):
        return json.dumps({"Tags": of(self)})

    def tag_resource(self):
        of(self).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self):
        for k in self._get_param("TagKeys"):
            of(self).pop(k, None)
        return "{}"

    for f in (register_scalable_target, list_tags_for_resource, tag_resource, untag_resource):
        setattr(ApplicationAutoScalingResponse, f.__name__, f)


def add_zones(account: str, zones: dict[str, str]) -> None:
    """Makes hosted zones with ids that are known: a claim names one that is there already, and moto invents its ids."""
    backend = route53_backends[account]["aws"]
    for id, domain in zones.items():
        zone = backend.create_hosted_zone(name=domain, private_zone=False)
        del backend.zones[zone.resource_id]
        zone.resource_id = id
        backend.zones[id] = zone
