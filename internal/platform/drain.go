package platform

// minDrain and maxDrain bound how long a target that is deregistered may finish its requests, in seconds. AWS accepts no more.
const minDrain, maxDrain = 60, 3600

// DrainSeconds is how long a target that is deregistered may finish its requests: as long as the load balancer lets a request take.
func (p *Platform) DrainSeconds() int {
	return min(max(int(*p.Compute.LoadBalancer.IdleTimeoutSeconds), minDrain), maxDrain)
}
