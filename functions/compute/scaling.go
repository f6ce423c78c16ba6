package compute

import (
	"strconv"

	"github.com/morket-io/platform/internal/aws/appautoscaling"
	"github.com/morket-io/platform/internal/aws/cloudwatch"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// How scaling behaves: out quickly, in slowly.
const (
	scaleOutMinutes  = 2 // above the threshold
	scaleInMinutes   = 10
	scaleOutCooldown = 60 // seconds until the next step
	scaleInCooldown  = 300

	// farAbove the threshold, in percent of CPU, two tasks are added and not one.
	farAbove = 15
)

// scales says whether the number of a service's tasks is an autoscaler's to choose.
func scales(svc *platform.Service) bool { return *svc.Size.Scaling.Enabled }

// addScaling composes what adds and removes a service's tasks by its average CPU: steps, each with its alarm, because
// tracking a target knows one threshold and not two. (R-ECS-4)
func addScaling(s *layer.Scope, svc *platform.Service) {
	if !scales(svc) {
		return
	}
	p, size := s.Platform, svc.Size.Scaling
	target := "scaling-" + svc.Name
	_, exists := s.Observe(serviceName(svc.Name)).String("id")
	if s.Gate(target, exists, "the service") {
		s.Add(target, &appautoscaling.Target{ForProvider: appautoscaling.TargetParameters{
			ServiceNamespace:  new("ecs"),
			ScalableDimension: new("ecs:service:DesiredCount"),
			ResourceID:        new(resourceID(p, svc)),
			MinCapacity:       new(float64(*size.Min)),
			MaxCapacity:       new(float64(*size.Max)),
		}})
	}
	addStep(s, svc, step{
		name: "out", cooldown: scaleOutCooldown, minutes: scaleOutMinutes,
		comparison: "GreaterThanOrEqualToThreshold", threshold: float64(*size.ScaleOutPercent),
		adjustments: []appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment{
			{MetricIntervalLowerBound: new("0"), MetricIntervalUpperBound: new(strconv.Itoa(farAbove)), ScalingAdjustment: new(1.0)},
			{MetricIntervalLowerBound: new(strconv.Itoa(farAbove)), ScalingAdjustment: new(2.0)},
		},
	})
	addStep(s, svc, step{
		name: "in", cooldown: scaleInCooldown, minutes: scaleInMinutes,
		comparison: "LessThanOrEqualToThreshold", threshold: float64(*size.ScaleInPercent),
		adjustments: []appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment{
			{MetricIntervalUpperBound: new("0"), ScalingAdjustment: new(-1.0)},
		},
	})
}

// A step is one direction of scaling.
type step struct {
	name              string
	cooldown, minutes int // seconds, minutes
	comparison        string
	threshold         float64 // percent
	adjustments       []appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustment
}

// addStep composes a scaling policy and the alarm that sets it off.
func addStep(s *layer.Scope, svc *platform.Service, st step) {
	p := s.Platform
	target := "scaling-" + svc.Name
	policy := target + "-" + st.name
	aws := p.AWSName(svc.Name+"-scale-"+st.name, platform.MaxAlarm)

	_, exists := s.Observe(target).String("id")
	if s.Gate(policy, exists, "the scalable target") {
		s.Add(policy, &appautoscaling.Policy{ForProvider: appautoscaling.PolicyParameters{
			PolicyType:        new("StepScaling"),
			ServiceNamespace:  new("ecs"),
			ScalableDimension: new("ecs:service:DesiredCount"),
			ResourceID:        new(resourceID(p, svc)),
			StepScalingPolicyConfiguration: &appautoscaling.PolicyStepScalingPolicyConfiguration{
				AdjustmentType:        new("ChangeInCapacity"),
				Cooldown:              new(float64(st.cooldown)),
				MetricAggregationType: new("Average"),
				StepAdjustment:        st.adjustments,
			},
		}}, layer.ExternalName(aws))
	}

	arn, ok := s.Observe(policy).String("arn")
	if s.Gate(policy+"-alarm", ok, "the scaling policy") {
		s.Add(policy+"-alarm", &cloudwatch.MetricAlarm{ForProvider: cloudwatch.MetricAlarmParameters{
			AlarmDescription:   new("Scales " + svc.Name + " " + st.name + " by CPU"),
			Namespace:          new("AWS/ECS"),
			MetricName:         new("CPUUtilization"),
			Dimensions:         map[string]string{"ClusterName": clusterName(p), "ServiceName": p.AWSName(svc.Name, platform.MaxECSName)},
			Statistic:          new("Average"),
			Period:             new(60.0),
			EvaluationPeriods:  new(float64(st.minutes)),
			Threshold:          new(st.threshold),
			ComparisonOperator: new(st.comparison),
			TreatMissingData:   new("notBreaching"), // of a service without tasks nothing is measured
			AlarmActions:       []string{arn},
		}}, layer.ExternalName(aws))
	}
}
