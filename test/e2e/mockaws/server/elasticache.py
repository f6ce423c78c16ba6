"""ElastiCache: subnet groups, parameter groups, and replication groups without shards.

moto 5.2.1 has no parameter groups, changes and deletes no subnet group, changes no replication group, and knows nothing
of a replication group's members but their names, while the provider reads half of the settings from a member.
"""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse

# A subnet group knows its VPC.
from moto.ec2.models import ec2_backends


class Fault(ServiceException):
    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Region:
    """What is in one region of the account."""

    def __init__(self):
        self.subnet_groups: dict[str, dict] = {}
        self.parameter_groups: dict[str, dict] = {}
        self.parameters: dict[str, dict[str, str]] = {}  # by parameter group
        self.replication_groups: dict[str, dict] = {}
        self.snapshots: list[dict] = []
        self.tags: dict[str, dict[str, str]] = {}  # by ARN


regions: dict[str, Region] = {}


class Responses(ElastiCacheResponse):
    """The operations that take moto's place, by moto's names. A dict that is returned is in AWS' words."""

    # --- what they share

    def at(self) -> Region:
        return regions.setdefault(self.region, Region())

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{self.region}:{self.current_account}:{kind}:{name}"

    def new(self, things: dict, kind: str, name: str, taken: str) -> str:
        """Takes a name for a new thing, keeps its tags, and returns its ARN."""
        if name in things:
            raise Fault(taken, f"{name} already exists.")
        arn = self.arn(kind, name)
        self.at().tags[arn] = {t["Key"]: t.get("Value", "") for t in self._get_param("Tags", [])}
        return arn

    def asked(self, things: dict, parameter: str, missing: str) -> list[dict]:
        """The things that are asked for by a name, or all."""
        name = self._get_param(parameter)
        if name is None:
            return list(things.values())
        if name not in things:
            raise Fault(missing, f"{name} not found.")
        return [things[name]]

    def in_use(self, key: str, name: str, code: str) -> None:
        for g in self.at().replication_groups.values():
            if g["_cluster"].get(key) == name:
                raise Fault(code, f"{name} is used by {g['ReplicationGroupId']}.")

    # --- tags

    def list_tags_for_resource(self) -> ActionResult:
        tags = self.at().tags.setdefault(self._get_param("ResourceName"), {})
        return ActionResult({"TagList": [{"Key": k, "Value": v} for k, v in tags.items()]})

    def add_tags_to_resource(self) -> ActionResult:
        tags = self.at().tags.setdefault(self._get_param("ResourceName"), {})
        tags |= {t["Key"]: t.get("Value", "") for t in self._get_param("Tags", [])}
        return self.list_tags_for_resource()

    def remove_tags_from_resource(self) -> ActionResult:
        tags = self.at().tags.setdefault(self._get_param("ResourceName"), {})
        for k in self._get_param("TagKeys", []):
            tags.pop(k, None)
        return self.list_tags_for_resource()

    # --- subnet groups

    def create_cache_subnet_group(self) -> ActionResult:
        name, groups = self._get_param("CacheSubnetGroupName"), self.at().subnet_groups
        arn = self.new(groups, "subnetgroup", name, "CacheSubnetGroupAlreadyExists")
        groups[name] = {"CacheSubnetGroupName": name, "ARN": arn}
        return self.modify_cache_subnet_group()

    def modify_cache_subnet_group(self) -> ActionResult:
        [group] = self.asked(self.at().subnet_groups, "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")
        if (description := self._get_param("CacheSubnetGroupDescription")) is not None:
            group["CacheSubnetGroupDescription"] = description
        if ids := self._get_param("SubnetIds"):
            subnets = ec2_backends[self.current_account][self.region].describe_subnets(subnet_ids=ids)
            group["VpcId"] = subnets[0].vpc_id
            group["Subnets"] = [
                {
                    "SubnetIdentifier": s.id,
                    "SubnetAvailabilityZone": {"Name": s.availability_zone},
                    "SupportedNetworkTypes": ["ipv4"],
                }
                for s in subnets
            ]
        return ActionResult({"CacheSubnetGroup": group})

    def describe_cache_subnet_groups(self) -> ActionResult:
        groups = self.asked(self.at().subnet_groups, "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")
        return ActionResult({"CacheSubnetGroups": groups})

    def delete_cache_subnet_group(self) -> ActionResult:
        [group] = self.asked(self.at().subnet_groups, "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault")
        self.in_use("CacheSubnetGroupName", group["CacheSubnetGroupName"], "CacheSubnetGroupInUse")
        del self.at().subnet_groups[group["CacheSubnetGroupName"]]
        return EmptyResult()

    # --- parameter groups

    def create_cache_parameter_group(self) -> ActionResult:
        name, groups = self._get_param("CacheParameterGroupName"), self.at().parameter_groups
        arn = self.new(groups, "parametergroup", name, "CacheParameterGroupAlreadyExists")
        groups[name] = {
            "CacheParameterGroupName": name,
            "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
            "Description": self._get_param("Description"),
            "IsGlobal": False,
            "ARN": arn,
        }
        self.at().parameters[name] = {}
        return ActionResult({"CacheParameterGroup": groups[name]})

    def parameter_group(self) -> str:
        [group] = self.asked(self.at().parameter_groups, "CacheParameterGroupName", "CacheParameterGroupNotFound")
        return group["CacheParameterGroupName"]

    def describe_cache_parameter_groups(self) -> ActionResult:
        groups = self.asked(self.at().parameter_groups, "CacheParameterGroupName", "CacheParameterGroupNotFound")
        return ActionResult({"CacheParameterGroups": groups})

    def describe_cache_parameters(self) -> ActionResult:
        parameters = self.at().parameters[self.parameter_group()]
        described = [
            {"ParameterName": k, "ParameterValue": v, "Source": "user", "DataType": "string", "IsModifiable": True}
            for k, v in parameters.items()
        ]
        return ActionResult({"Parameters": described})

    def modify_cache_parameter_group(self) -> ActionResult:
        name = self.parameter_group()
        for p in self._get_param("ParameterNameValues", []):
            self.at().parameters[name][p["ParameterName"]] = p.get("ParameterValue", "")
        return ActionResult({"CacheParameterGroupName": name})

    def reset_cache_parameter_group(self) -> ActionResult:
        name = self.parameter_group()
        parameters = self.at().parameters[name]
        if self._get_param("ResetAllParameters"):
            parameters.clear()
        for p in self._get_param("ParameterNameValues", []):
            parameters.pop(p["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": name})

    def delete_cache_parameter_group(self) -> ActionResult:
        name = self.parameter_group()
        self.in_use("CacheParameterGroupName", name, "InvalidCacheParameterGroupState")
        del self.at().parameter_groups[name], self.at().parameters[name]
        return EmptyResult()

    # --- replication groups
    #
    # A group has its own fields, and under _cluster those that each of its members shows.

    def create_replication_group(self) -> ActionResult:
        id, groups = self._get_param("ReplicationGroupId"), self.at().replication_groups
        arn = self.new(groups, "replicationgroup", id, "ReplicationGroupAlreadyExists")
        groups[id] = {
            "ReplicationGroupId": id,
            "ARN": arn,
            "Status": "available",
            "ClusterEnabled": False,
            "ClusterMode": "disabled",
            "DataTiering": "disabled",
            "NetworkType": "ipv4",
            "IpDiscovery": "ipv4",
            "KmsKeyId": self._get_param("KmsKeyId"),
            "AtRestEncryptionEnabled": self._get_param("AtRestEncryptionEnabled", False),
            "TransitEncryptionEnabled": self._get_param("TransitEncryptionEnabled", False),
            "AutomaticFailover": "disabled",
            "MultiAZ": "disabled",
            "AuthTokenEnabled": False,
            "SnapshotRetentionLimit": 0,
            "_port": self._get_param("Port", 6379),
            "_members": self._get_param("NumCacheClusters", 1),
            "_cluster": {"Engine": self._get_param("Engine", "redis")},
        }
        return self.modify_replication_group()

    def replication_group(self) -> dict:
        [group] = self.asked(self.at().replication_groups, "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        return group

    def modify_replication_group(self) -> ActionResult:
        g = self.replication_group()
        for parameter, field in {
            "ReplicationGroupDescription": "Description",
            "CacheNodeType": "CacheNodeType",
            "SnapshotRetentionLimit": "SnapshotRetentionLimit",
            "SnapshotWindow": "SnapshotWindow",
            "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
            "TransitEncryptionMode": "TransitEncryptionMode",
        }.items():
            if (v := self._get_param(parameter)) is not None:
                g[field] = v
        for parameter, field in {"AutomaticFailoverEnabled": "AutomaticFailover", "MultiAZEnabled": "MultiAZ"}.items():
            if (v := self._get_param(parameter)) is not None:
                g[field] = "enabled" if v else "disabled"
        if g["TransitEncryptionEnabled"]:
            g.setdefault("TransitEncryptionMode", "required")
        if self._get_param("AuthToken"):
            g["AuthTokenEnabled"] = True
        for field in (
            "EngineVersion",
            "PreferredMaintenanceWindow",
            "CacheSubnetGroupName",
            "CacheParameterGroupName",
            "SecurityGroupIds",
        ):
            if (v := self._get_param(field)) is not None:
                g["_cluster"][field] = v
        return ActionResult({"ReplicationGroup": self.described(g)})

    def increase_replica_count(self) -> ActionResult:
        g = self.replication_group()
        g["_members"] = 1 + self._get_param("NewReplicaCount")
        return ActionResult({"ReplicationGroup": self.described(g)})

    decrease_replica_count = increase_replica_count

    def describe_replication_groups(self) -> ActionResult:
        groups = self.asked(self.at().replication_groups, "ReplicationGroupId", "ReplicationGroupNotFoundFault")
        return ActionResult({"ReplicationGroups": [self.described(g) for g in groups]})

    def delete_replication_group(self) -> ActionResult:
        g = self.replication_group()
        if name := self._get_param("FinalSnapshotIdentifier"):
            self.at().snapshots.append({
                "SnapshotName": name,
                "ReplicationGroupId": g["ReplicationGroupId"],
                "SnapshotStatus": "available",
                "SnapshotSource": "manual",
            })
        del self.at().replication_groups[g["ReplicationGroupId"]]
        return ActionResult({"ReplicationGroup": self.described(g) | {"Status": "deleting"}})

    def describe_snapshots(self) -> ActionResult:
        return ActionResult({"Snapshots": self.at().snapshots})

    def described(self, g: dict) -> dict:
        """A replication group as AWS shows it."""
        ids = [f"{g['ReplicationGroupId']}-{i + 1:03}" for i in range(g["_members"])]
        domain = f"{g['ReplicationGroupId']}.mock.use1.cache.amazonaws.com"
        members = [
            {
                "CacheClusterId": id,
                "CacheNodeId": "0001",
                "CurrentRole": "replica" if i else "primary",
                "PreferredAvailabilityZone": f"{self.region}{'ab'[i % 2]}",
                "ReadEndpoint": {"Address": f"{id}.{domain}", "Port": g["_port"]},
            }
            for i, id in enumerate(ids)
        ]
        shard = {
            "NodeGroupId": "0001",
            "Status": "available",
            "PrimaryEndpoint": {"Address": f"master.{domain}", "Port": g["_port"]},
            "ReaderEndpoint": {"Address": f"replica.{domain}", "Port": g["_port"]},
            "NodeGroupMembers": members,
        }
        shown = {k: v for k, v in g.items() if not k.startswith("_")}
        return shown | {"MemberClusters": ids, "NodeGroups": [shard]}

    def describe_cache_clusters(self) -> ActionResult:
        """The members of the replication groups: there are no other clusters here."""
        clusters = [
            self.member(g, m["CacheClusterId"])
            for g in self.at().replication_groups.values()
            for m in self.described(g)["NodeGroups"][0]["NodeGroupMembers"]
        ]
        if (id := self._get_param("CacheClusterId")) is not None:
            clusters = [c for c in clusters if c["CacheClusterId"] == id]
            if not clusters:
                raise Fault("CacheClusterNotFound", f"{id} not found.")
        return ActionResult({"CacheClusters": clusters})

    def member(self, g: dict, id: str) -> dict:
        c = g["_cluster"]
        version = c.get("EngineVersion", "7.1")
        return {
            "CacheClusterId": id,
            "ReplicationGroupId": g["ReplicationGroupId"],
            "CacheClusterStatus": "available",
            "ARN": self.arn("cluster", id),
            "Engine": c["Engine"],
            "EngineVersion": version if version.count(".") > 1 else version + ".0",
            "CacheNodeType": g.get("CacheNodeType"),
            "NumCacheNodes": 1,
            "AutoMinorVersionUpgrade": g.get("AutoMinorVersionUpgrade", True),
            "PreferredMaintenanceWindow": c.get("PreferredMaintenanceWindow", "sun:05:00-sun:06:00"),
            "CacheSubnetGroupName": c.get("CacheSubnetGroupName"),
            "CacheParameterGroup": {
                "CacheParameterGroupName": c.get("CacheParameterGroupName", "default.redis7"),
                "ParameterApplyStatus": "in-sync",
            },
            "SecurityGroups": [{"SecurityGroupId": s, "Status": "active"} for s in c.get("SecurityGroupIds", [])],
            "SnapshotRetentionLimit": g["SnapshotRetentionLimit"],
            "SnapshotWindow": g.get("SnapshotWindow"),
            "AuthTokenEnabled": g["AuthTokenEnabled"],
            "TransitEncryptionEnabled": g["TransitEncryptionEnabled"],
            "TransitEncryptionMode": g.get("TransitEncryptionMode"),
            "AtRestEncryptionEnabled": g["AtRestEncryptionEnabled"],
            "NetworkType": "ipv4",
            "IpDiscovery": "ipv4",
        }


def install() -> None:
    """Puts these operations in the place of moto's."""
    for name, operation in vars(Responses).items():
        if not name.startswith("_"):
            setattr(ElastiCacheResponse, name, operation)
