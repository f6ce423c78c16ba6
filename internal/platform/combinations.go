package platform

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// checkCombinations refuses what only the resolved sizing can tell: values that each are good, but not together, of which
// the claim gives one and the environment the other, or whose meaning the schema's rules cannot read.
func checkCombinations(p *Platform, spec *v1alpha1.MorketPlatformSpec) field.ErrorList {
	var errs field.ErrorList
	services, own := &p.Compute.Services, &spec.Compute.Services
	for _, s := range []struct {
		name     string
		resolved v1alpha1.Scaling
		own      v1alpha1.Scaling
	}{
		{"backend", services.Backend.Scaling, own.Backend.Scaling},
		{"scraper", services.Scraper.Scaling, own.Scraper.Scaling},
		{"frontend", services.Frontend.Scaling, own.Frontend.Scaling},
		{"temporalWorker", services.TemporalWorker.Scaling, own.TemporalWorker.Scaling},
		{"temporalServer", services.TemporalServer.Scaling, own.TemporalServer.Scaling},
	} {
		errs = append(errs, checkScaling(field.NewPath("spec", "compute", "services", s.name, "scaling"), s.resolved, s.own)...)
	}
	errs = append(errs, checkBroker(p, &spec.Data.RabbitMQ)...)
	errs = append(errs, checkWindows(&p.Data.Aurora)...)
	return errs
}

// checkScaling refuses a least number of tasks above the greatest, where the claim gives only one of them. It does not
// matter while scaling is off.
func checkScaling(path *field.Path, s, own v1alpha1.Scaling) field.ErrorList {
	low, high := *s.Min, *s.Max
	if !*s.Enabled || low <= high {
		return nil
	}
	if own.Max == nil {
		return field.ErrorList{field.Invalid(path.Child("min"), low, fmt.Sprintf("cannot exceed scaling.max, which is %d by default: lower min, or give a max too", high))}
	}
	return field.ErrorList{field.Invalid(path.Child("max"), high, fmt.Sprintf("cannot be below scaling.min, which is %d: raise max, or give a lower min", low))}
}

// checkEnvironments refuses a claim's own variables that bear the names of secrets: ECS takes a name only once.
func checkEnvironments(p *Platform) field.ErrorList {
	var errs field.ErrorList
	for _, s := range p.services {
		for _, secret := range p.SecretVariables(&s) {
			if _, taken := s.Size.Environment[secret.Name]; taken {
				errs = append(errs, field.Forbidden(field.NewPath("spec", "compute", "services", fieldName(s.Name), "environment", secret.Name), "comes from Secrets Manager, and ECS takes a name only once: leave it out, or choose another name"))
			}
			if _, taken := s.Size.Secrets[secret.Name]; taken {
				errs = append(errs, field.Forbidden(field.NewPath("spec", "compute", "services", fieldName(s.Name), "secrets", secret.Name), "the platform has a secret of this name for the service: choose another name"))
			}
		}
		errs = append(errs, checkSecrets(p, &s)...)
	}
	return errs
}

// checkSecrets refuses a claim's own secrets that tasks could not read, and names that a variable has too.
func checkSecrets(p *Platform, s *Service) field.ErrorList {
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(s.Size.Secrets)) {
		path := field.NewPath("spec", "compute", "services", fieldName(s.Name), "secrets", name)
		secret := s.Size.Secrets[name]
		if _, taken := s.Size.Environment[name]; taken {
			errs = append(errs, field.Forbidden(path, "environment has this name too, and ECS takes a name only once: leave one of them out"))
		}
		if here := p.ARN("secretsmanager", "secret:"); !strings.HasPrefix(secret.ARN, here) {
			errs = append(errs, field.Invalid(path.Child("arn"), secret.ARN, fmt.Sprintf("is of another account or region: tasks read secrets of account %s in %s only. Create the secret there, or replicate it to that region, and give that ARN", p.AccountID, p.Region)))
		}
		if key, here := secret.KMSKeyARN, p.ARN("kms", "key/"); key != nil && !strings.HasPrefix(*key, here) {
			errs = append(errs, field.Invalid(path.Child("kmsKeyArn"), *key, fmt.Sprintf("is of another account or region: give the key in account %s, %s, that encrypts the secret there", p.AccountID, p.Region)))
		}
	}
	return errs
}

// fieldName is what the API calls a service: temporal-worker is temporalWorker.
func fieldName(service string) string {
	first, second, two := strings.Cut(service, "-")
	if !two {
		return first
	}
	return first + strings.ToUpper(second[:1]) + second[1:]
}

// checkBroker refuses a cluster of the one class that AWS runs alone, and RabbitMQ 4 on a type that AWS does not run it on.
func checkBroker(p *Platform, own *v1alpha1.RabbitMQ) field.ErrorList {
	r := &p.Data.RabbitMQ
	mode, class, version := *r.DeploymentMode, *r.InstanceType, *r.EngineVersion
	switch {
	case mode != "SINGLE_INSTANCE" && strings.HasPrefix(class, "mq.t3.") && own.InstanceType != nil:
		return field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.instanceType"), class, fmt.Sprintf("runs single instances only, and deploymentMode is %s: use mq.m5.large", mode))}
	case mode != "SINGLE_INSTANCE" && strings.HasPrefix(class, "mq.t3."):
		return field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.deploymentMode"), mode, fmt.Sprintf("needs a larger broker than %s, which is %s's: give instanceType mq.m5.large too", class, p.Environment))}
	// https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-version-management.html
	case !strings.HasPrefix(version, "3.") && !strings.HasPrefix(class, "mq.m7g."):
		return field.ErrorList{field.Invalid(field.NewPath("spec.data.rabbitmq.engineVersion"), version, fmt.Sprintf("needs a type of mq.m7g, and %s's is %s: give instanceType mq.m7g.large too", p.Environment, class))}
	default:
		return nil
	}
}

const (
	hour = 60
	day  = 24 * hour
	week = 7 * day

	// minWindow is the shortest backup or maintenance window that RDS takes, in minutes.
	minWindow = 30
)

// weekdays as RDS writes them.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// checkWindows refuses windows that RDS refuses: shorter than half an hour, or one within the other.
func checkWindows(a *v1alpha1.Aurora) field.ErrorList {
	const daily, weekly = "must be hh:mm-hh:mm in UTC and at least half an hour, such as 03:00-04:00", "must be ddd:hh:mm-ddd:hh:mm in UTC and at least half an hour, such as sun:04:30-sun:05:30"
	const maintenance = "spec.data.aurora.maintenanceWindow"

	from, minutes, ok := window(*a.BackupWindow, day, parseTime)
	if !ok {
		return field.ErrorList{field.Invalid(field.NewPath("spec.data.aurora.backupWindow"), *a.BackupWindow, daily)}
	}
	start, length, ok := window(*a.MaintenanceWindow, week, parseWeekTime)
	if !ok {
		return field.ErrorList{field.Invalid(field.NewPath(maintenance), *a.MaintenanceWindow, weekly)}
	}
	for d := -1; d <= len(weekdays); d++ { // a window may begin in the week before, or end in the week after
		if backup := d*day + from; backup < start+length && start < backup+minutes {
			free := (backup + minutes + week) % week
			return field.ErrorList{field.Invalid(field.NewPath(maintenance), *a.MaintenanceWindow, fmt.Sprintf("overlaps the backup window, %s each day, which RDS refuses: move one of them, maintenance to %s-%s for example", *a.BackupWindow, weekTime(free), weekTime((free+hour)%week)))}
		}
	}
	return nil
}

// window reads "from-to", in minutes from the period's start, and returns where it begins and how long it is.
func window(s string, period int, parse func(string) (int, bool)) (from, minutes int, ok bool) {
	a, b, _ := strings.Cut(s, "-")
	from, okFrom := parse(a)
	to, okTo := parse(b)
	minutes = (to - from + period) % period
	return from, minutes, okFrom && okTo && minutes >= minWindow
}

// parseTime reads hh:mm as minutes of the day.
func parseTime(s string) (int, bool) {
	h, m, _ := strings.Cut(s, ":")
	if !digits(h, 2) || !digits(m, 2) {
		return 0, false
	}
	hours, _ := strconv.Atoi(h)
	minutes, _ := strconv.Atoi(m)
	return hours*hour + minutes, hours < 24 && minutes < 60
}

// parseWeekTime reads ddd:hh:mm as minutes of the week.
func parseWeekTime(s string) (int, bool) {
	name, clock, _ := strings.Cut(s, ":")
	minutes, ok := parseTime(clock)
	for i, d := range weekdays {
		if d == name {
			return i*day + minutes, ok
		}
	}
	return 0, false
}

func weekTime(minutes int) string {
	return fmt.Sprintf("%s:%02d:%02d", weekdays[minutes/day], minutes%day/hour, minutes%hour)
}
