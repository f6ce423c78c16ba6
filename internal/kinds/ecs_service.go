package kinds

import (
	"strconv"
	"strings"
)

var ecsService = Facts{
	ID: named, ARN: anARN, Import: "{cluster}/{external-name}", Refers: map[string]string{"cluster": "arn"}, Adopt: createdBeside, OnDelete: onlyItself, DataAfterDelete: noData,
	OnAnyUpdate: deployment,
	Price: func(b *Bill, name string, p Parameters) {
		task := b.ByARN[p.Text("taskDefinition")]
		cpu, _ := strconv.ParseFloat(task.Text("cpu"), 64)
		memory, _ := strconv.ParseFloat(task.Text("memory"), 64)
		hour := cpu/1024*b.FargateVCPUHour + memory/1024*b.FargateGBHour
		count := p.Number("desiredCount")
		spot := onSpot(p, count)
		b.hourly("service "+strings.TrimPrefix(name, "service-"), count-spot+spot*b.FargateSpotShare, hour)
	},
}

// onSpot is how many of a service's tasks run on Spot: those beyond the base of the other capacity provider.
func onSpot(p Parameters, count float64) float64 {
	strategies, _ := p["capacityProviderStrategy"].([]any)
	base, spot := 0.0, false
	for _, s := range strategies {
		strategy, _ := s.(map[string]any)
		n, _ := strategy["base"].(float64)
		if strategy["capacityProvider"] == "FARGATE_SPOT" {
			spot = true
		} else {
			base += n
		}
	}
	if !spot {
		return 0
	}
	return max(0, count-base)
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
