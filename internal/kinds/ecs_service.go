package kinds

import (
	"strconv"
	"strings"
)

var ecsService = Facts{
	ID: named, ARN: anARN, Adopt: anew, OnDelete: onlyItself, DataAfterDelete: noData,
	OnAnyUpdate: deployment,
	Price: func(b *Bill, name string, p Parameters) {
		task := b.ByARN[p.Text("taskDefinition")]
		cpu, _ := strconv.ParseFloat(task.Text("cpu"), 64)
		memory, _ := strconv.ParseFloat(task.Text("memory"), 64)
		hour := cpu/1024*b.FargateVCPUHour + memory/1024*b.FargateGBHour
		if p.At("capacityProviderStrategy", "capacityProvider") == "FARGATE_SPOT" {
			hour *= b.FargateSpotShare
		}
		b.hourly("service "+strings.TrimPrefix(name, "service-"), p.Number("desiredCount"), hour)
	},
}

// deployment is what happens to a service's tasks. Each change of it is a rollout, because forceNewDeployment is set.
func deployment(p Parameters, old map[string]string) *Impact {
	const source = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html"
	was, changed := old["desiredCount"]
	switch {
	case p["desiredCount"] == 0.0 && changed:
		return &Impact{"its tasks stop, and none answers until the count is raised again", true, AtOnce, source}
	case p["desiredCount"] == 0.0, was == "0": // there are none to replace
		return nil
	case p["deploymentMinimumHealthyPercent"] == 0.0:
		return &Impact{"the one task there is stops before the next one starts: it is away for a minute or two", true, AtOnce, source}
	default:
		return &Impact{"every task is replaced, the new ones first", false, AtOnce, source}
	}
}
