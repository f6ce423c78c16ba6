"""Smaller things that moto 5.2.1 lacks or gets wrong, each with what goes wrong without it."""

import json
import uuid

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import InvalidPermissionDuplicateError
from moto.ec2.models.instances import Instance
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.responses.instances import InstanceResponse
from moto.elbv2.models import FakeAction, FakeListener
from moto.logs.responses import LogsResponse
from moto.mq.models import Broker
from moto.rds.exceptions import RDSClientError
from moto.rds.responses import RDSResponse
from moto.route53.models import route53_backends


def install(account: str, zones: dict[str, str]) -> None:
    tag_scalable_targets()
    add_zones(account, zones)
    forward_both_ways()
    no_policy_without_tls()
    templates_without_their_own_tags()
    protect_instances()
    boot_from_the_device_of_the_image()
    keep_performance_insights()
    no_storage_type_of_aurora()
    choose_minor_versions()
    change_log_keys()
    tag_no_refused_rules()
    name_brokers()


def add_zones(account: str, zones: dict[str, str]) -> None:
    """Makes hosted zones with ids that are known: a claim names one that is there already, and moto invents its ids."""
    backend = route53_backends[account]["aws"]
    for id, domain in zones.items():
        zone = backend.create_hosted_zone(name=domain.rstrip(".") + ".", private_zone=False)
        del backend.zones[zone.resource_id]
        zone.resource_id = id
        backend.zones[id] = zone


def name_brokers() -> None:
    """Gives brokers ids as Amazon MQ does, which begin with b-. moto's are six digits, which spec.adopt takes for a mistake."""
    init = Broker.__init__

    def __init__(self, *args, **kwargs):
        init(self, *args, **kwargs)
        old, self.id = self.id, "b-" + str(uuid.uuid4())
        self.arn = self.arn.removesuffix(old) + self.id

    Broker.__init__ = __init__


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


def forward_both_ways() -> None:
    """Says of an action that forwards to one target group both what AWS says: which, and its weight of 1 in a list of one.
    moto repeats what it was given, so that what loops in AWS would not here."""
    init = FakeAction.__init__

    def __init__(self, data):
        if data.get("Type") == "forward":
            groups = data.setdefault("ForwardConfig", {}).setdefault("TargetGroups", [])
            if not groups:
                groups.append({"TargetGroupArn": data["TargetGroupArn"], "Weight": 1})
            if len(groups) == 1:
                data["TargetGroupArn"] = groups[0]["TargetGroupArn"]
        init(self, data)

    FakeAction.__init__ = __init__


def no_policy_without_tls() -> None:
    """Gives a listener no TLS policy that speaks no TLS: the provider would copy it into the resource's spec."""
    FakeListener.ssl_policy = property(
        lambda self: self._ssl_policy if self.protocol in ("HTTPS", "TLS") else None,
        lambda self, v: setattr(self, "_ssl_policy", v),
    )


def templates_without_their_own_tags() -> None:
    """Leaves a launch template's own tags out of those that it gives to what is launched: the provider would make a
    version without them for ever."""
    init = LaunchTemplateVersion.__init__

    def __init__(self, template, number, data, description):
        if "TagSpecifications" in data:
            data["TagSpecifications"] = [t for t in data["TagSpecifications"] if t.get("ResourceType") != "launch-template"]
        init(self, template, number, data, description)

    LaunchTemplateVersion.__init__ = __init__


def protect_instances() -> None:
    """Protects an instance against termination if it is launched so, and not only once it is asked for again."""
    run = InstanceResponse.run_instances

    def run_instances(self):
        out = run(self)
        for i in out.result.instances:
            i.disable_api_termination = self._get_bool_param("DisableApiTermination") or False
        return out

    InstanceResponse.run_instances = run_instances


def boot_from_the_device_of_the_image() -> None:
    """Has an instance of Amazon Linux 2023, named by the parameter that AWS publishes it under, boot from /dev/xvda, which
    its template says more about. moto, which does not look the image up, gives it a /dev/sda1 to boot from beside that, and
    the provider would try to be rid of what looks like an attached volume for ever. And has a template's user data encoded,
    which moto decodes as the template is made, and the provider decodes again."""
    init, setup_defaults = Instance.__init__, Instance.setup_defaults

    def __init__(self, ec2_backend, image_id, user_data, *args, **kwargs):
        if isinstance(user_data, str):
            user_data = Base64EncodedString.from_raw_string(user_data)
        init(self, ec2_backend, image_id, user_data, *args, **kwargs)
        self._templated = bool(kwargs.get("launch_template"))
        if "/ami-amazon-linux-latest/al2023-" in (self.image_id or ""):
            self.root_device_name = "/dev/xvda"

    def devices(self):
        if not (self._templated and self.root_device_name == "/dev/xvda"):
            setup_defaults(self)

    Instance.__init__, Instance.setup_defaults = __init__, devices


def keep_performance_insights() -> None:
    """Remembers whether a database instance has Performance Insights: the provider would turn them on for ever."""

    def keeping(base):
        def operation(self):
            on, days = (self._get_param(p) for p in ("EnablePerformanceInsights", "PerformanceInsightsRetentionPeriod"))
            out = base(self)
            instance = out.result["DBInstance"]
            if on is not None:
                instance.performance_insights_enabled = on
            if days is not None:
                instance.performance_insights_retention_period = days
            return out

        return operation

    for name in ("create_db_instance", "modify_db_instance"):
        setattr(RDSResponse, name, keeping(getattr(RDSResponse, name)))


def no_storage_type_of_aurora() -> None:
    """Says nothing of Aurora's storage, as AWS does: the provider would copy moto's gp2 into the resource's spec."""
    create = RDSResponse.create_db_cluster

    def create_db_cluster(self):
        out = create(self)
        cluster = out.result["DBCluster"]
        if cluster.engine.startswith("aurora") and cluster.storage_type == "gp2":
            cluster.storage_type = None
        return out

    RDSResponse.create_db_cluster = create_db_cluster


def choose_minor_versions() -> None:
    """Runs a minor version where a cluster is asked for a major one, and takes the major one for an earlier minor version
    later, to which it does not go back: as AWS does once it has raised the version by itself. moto repeats what it is given."""
    create, modify = RDSResponse.create_db_cluster, RDSResponse.modify_db_cluster

    def create_db_cluster(self):
        out = create(self)
        cluster = out.result["DBCluster"]
        if "." not in cluster.engine_version:
            cluster.engine_version += ".12"
        return out

    def modify_db_cluster(self):
        if version := self._get_param("EngineVersion"):
            runs = self.backend.clusters[self._get_param("DBClusterIdentifier")].engine_version
            wanted = version if "." in version else version + ".10"
            if [int(n) for n in wanted.split(".")] < [int(n) for n in runs.split(".")]:
                raise RDSClientError("InvalidParameterCombination", f"Cannot upgrade aurora-postgresql from {runs} to {wanted}")
        return modify(self)

    RDSResponse.create_db_cluster, RDSResponse.modify_db_cluster = create_db_cluster, modify_db_cluster


def change_log_keys() -> None:
    """Lets a log group have another key, or none."""

    def associate_kms_key(self):
        self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = self._get_param("kmsKeyId")
        return "{}"

    def disassociate_kms_key(self):
        self.logs_backend.groups[self._get_param("logGroupName")].kms_key_id = None
        return "{}"

    for f in (associate_kms_key, disassociate_kms_key):
        setattr(LogsResponse, f.__name__, f)


def tag_no_refused_rules() -> None:
    """Forgets the tags of security group rules that were refused. moto keeps them: who looks for a rule by its tags finds
    rules that never were."""

    def forgetting(authorize):
        def wrapped(self, *args, **kwargs):
            before = set(self.tags)
            try:
                return authorize(self, *args, **kwargs)
            except InvalidPermissionDuplicateError:
                for id in set(self.tags) - before:
                    del self.tags[id]
                raise

        return wrapped

    for name in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        setattr(SecurityGroupBackend, name, forgetting(getattr(SecurityGroupBackend, name)))
