"""ECS: services, and clusters that are gone.

moto 5.2.1 forgets most of what a service is given, says that it was launched on EC2, never runs its tasks, and has no
deployments to ask for, by which the provider waits until a service is steady. Here what is given stays, and every
deployment is through at once.
"""

from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse

# What moto does not keep.
KEPT = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)


def install() -> None:
    base = {
        name: getattr(EC2ContainerServiceResponse, name)
        for name in ("create_service", "update_service")
    }

    def create_service(self):
        out = base["create_service"](self)
        settle(self, out.result["service"])
        return out

    def update_service(self):
        given = dict(self._get_params())
        out = base["update_service"](self)
        service = out.result["service"]
        for name, attribute in {"networkConfiguration": "network_configuration", "loadBalancers": "load_balancers"}.items():
            if name in given:
                setattr(service, attribute, given[name])
        settle(self, service)
        return out

    def settle(self, service: Service) -> None:
        for name in KEPT:
            if (value := self._get_param(name)) is not None:
                setattr(service, name, value)
        if getattr(service, "capacityProviderStrategy", None):
            service.launch_type = None
        service.running_count, service.pending_count = service.desired_count, 0
        for d in service.deployments:
            d |= {
                "capacityProviderStrategy": getattr(service, "capacityProviderStrategy", None),
                "desiredCount": service.desired_count,
                "launchType": service.launch_type,
                "pendingCount": 0,
                "platformFamily": "Linux",
                "rolloutState": "COMPLETED",
                "rolloutStateReason": f"ECS deployment {d['id']} completed.",
                "runningCount": service.desired_count,
                "taskDefinition": service.task_definition,
            }

    def deployments(self, service: Service) -> list[dict]:
        out = []
        for d in service.deployments:
            path = f"{service.cluster_name}/{service.name}/{d['id'].split('/')[-1]}"
            prefix = f"arn:aws:ecs:{self.region}:{self.current_account}"
            out.append(
                {
                    "serviceDeploymentArn": f"{prefix}:service-deployment/{path}",
                    "serviceArn": service.arn,
                    "clusterArn": service.cluster_arn,
                    "targetServiceRevisionArn": f"{prefix}:service-revision/{path}",
                    "targetServiceRevision": {"arn": f"{prefix}:service-revision/{path}"},
                    "status": "SUCCESSFUL",
                    **{k: d["createdAt"] for k in ("createdAt", "startedAt", "finishedAt", "updatedAt")},
                }
            )
        return out

    def list_service_deployments(self):
        [service], _ = self.ecs_backend.describe_services(self._get_param("cluster", "default"), [self._get_param("service")])
        return ActionResult({"serviceDeployments": deployments(self, service)})

    def describe_service_deployments(self):
        asked = self._get_param("serviceDeploymentArns")
        found = [
            d
            for s in self.ecs_backend.services.values()
            for d in deployments(self, s)
            if d["serviceDeploymentArn"] in asked
        ]
        return ActionResult({"serviceDeployments": found, "failures": []})

    def list_clusters(self: EC2ContainerServiceBackend) -> list[str]:
        """Lists no cluster that was deleted. moto keeps those, as INACTIVE, for ever."""
        return [c.arn for c in self.clusters.values() if c.status != "INACTIVE"]

    EC2ContainerServiceBackend.list_clusters = list_clusters
    for f in (create_service, update_service, list_service_deployments, describe_service_deployments):
        setattr(EC2ContainerServiceResponse, f.__name__, f)
