package platform

import (
	"encoding/json"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// maxEnvironment is how many bytes the variables that a claim gives a service may have. ECS accepts task definitions of up to
// 64 KiB; the other 16 KiB are for what the platform puts there itself, which is about 7 KiB for the backend.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const maxEnvironment = 48 << 10

// An oversight is a value that the schema allows and that does not do what its author wants. A platform that is created
// with one is refused, and so is a change of the values that it depends on. A platform that runs with one goes on, with a
// warning: the rule may be newer than the platform.
type oversight struct {
	path   *field.Path
	value  any
	detail string
	// depends returns the values that decide it.
	depends func(v1alpha1.Service) any
	// service returns the service that it is about.
	service func(*v1alpha1.Services) *v1alpha1.Service
}

// checkServices refuses oversights in the services, or returns them as warnings.
func checkServices(p *Platform, spec *v1alpha1.MorketPlatformSpec, previous *Previous) (errs field.ErrorList, warnings []string) {
	var found []oversight
	for _, s := range []struct {
		name string
		of   func(*v1alpha1.Services) *v1alpha1.Service
	}{
		{"backend", func(s *v1alpha1.Services) *v1alpha1.Service { return &s.Backend }},
		{"scraper", func(s *v1alpha1.Services) *v1alpha1.Service { return &s.Scraper }},
		{"frontend", func(s *v1alpha1.Services) *v1alpha1.Service { return &s.Frontend }},
		{"temporalWorker", func(s *v1alpha1.Services) *v1alpha1.Service { return &s.TemporalWorker }},
		{"temporalServer", func(s *v1alpha1.Services) *v1alpha1.Service { return &s.TemporalServer }},
	} {
		path := field.NewPath("spec", "compute", "services", s.name)
		resolved, own := s.of(&p.Compute.Services), s.of(&spec.Compute.Services)
		for _, o := range []*oversight{flaps(path, resolved), ignoredCount(path, resolved, own), spotAlone(path, resolved), largeEnvironment(path, resolved)} {
			if o != nil {
				o.service = s.of
				found = append(found, *o)
			}
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	var before *v1alpha1.Sizing
	if previous.Sizing != nil {
		before = previous.Sizing()
	}
	for _, o := range found {
		err := field.Invalid(o.path, o.value, o.detail)
		changed := before != nil && !reflect.DeepEqual(o.depends(*o.service(&before.Compute.Services)), o.depends(*o.service(&p.Compute.Services)))
		if changed || !previous.Exists {
			errs = append(errs, err)
		} else {
			warnings = append(warnings, err.Error())
		}
	}
	return errs, warnings
}

// flaps finds thresholds at which the task that is added at one is removed at the other. With n tasks at c percent, n+1 tasks
// have c·n/(n+1) percent each. That is least for the least n, where c is scaleOutPercent: there it must stay above scaleInPercent.
func flaps(path *field.Path, s *v1alpha1.Service) *oversight {
	low, high, out, in := *s.Scaling.Min, *s.Scaling.Max, *s.Scaling.ScaleOutPercent, *s.Scaling.ScaleInPercent
	if !*s.Scaling.Enabled || low >= high || in*(low+1) < out*low {
		return nil
	}
	return &oversight{
		path: path.Child("scaling", "scaleInPercent"), value: in,
		detail: fmt.Sprintf("the service would scale out and in without end: when %d of its tasks reach %d %% (scaleOutPercent), another one is added, and the same load is then %d %% of %d tasks, at which one is removed again. Lower scaleInPercent to at most %d, or raise scaling.min",
			low, out, out*low/(low+1), low+1, (out*low-1)/(low+1)),
		depends: func(s v1alpha1.Service) any { return s.Scaling },
	}
}

// ignoredCount finds a desired count that scaling takes no notice of.
func ignoredCount(path *field.Path, s, own *v1alpha1.Service) *oversight {
	if own.DesiredCount == nil || !*s.Scaling.Enabled {
		return nil
	}
	return &oversight{
		path: path.Child("desiredCount"), value: *own.DesiredCount,
		detail:  fmt.Sprintf("scaling is on, and chooses between %d and %d tasks whatever desiredCount says: leave desiredCount out and set scaling.min, or set scaling.enabled to false", *s.Scaling.Min, *s.Scaling.Max),
		depends: func(s v1alpha1.Service) any { return []any{s.DesiredCount, s.Scaling.Enabled} },
	}
}

// spotAlone finds a service whose only task is on Spot.
func spotAlone(path *field.Path, s *v1alpha1.Service) *oversight {
	if !*s.Spot || leastTasks(s) != 1 {
		return nil
	}
	return &oversight{
		path: path.Child("spot"), value: true,
		detail:  "the service has a single task, and AWS gives no Spot capacity at times: nothing of the service would run then. Leave spot out, or give at least two tasks (desiredCount or scaling.min), of which one is not on Spot",
		depends: func(s v1alpha1.Service) any { return []any{s.Spot, s.DesiredCount, s.Scaling.Enabled, s.Scaling.Min} },
	}
}

// largeEnvironment finds variables that no task definition has room for.
func largeEnvironment(path *field.Path, s *v1alpha1.Service) *oversight {
	size := 0
	for k, v := range s.Environment {
		entry, _ := json.Marshal(map[string]string{"name": k, "value": string(v)}) //nolint:errchkjson // strings
		size += len(entry) + 1
	}
	for k, v := range s.Secrets {
		size += len(`{"name":"","valueFrom":":::"},`) + len(k) + len(v.ARN)
		if v.Key != nil {
			size += len(*v.Key)
		}
	}
	if size <= maxEnvironment {
		return nil
	}
	return &oversight{
		path: path.Child("environment"), value: field.OmitValueType{},
		detail:  fmt.Sprintf("the variables have %d bytes, and a task definition has room for %d (64 KiB, less what the platform puts there): keep large values in a file of the image or in S3, and give the container where to find them", size, maxEnvironment),
		depends: func(s v1alpha1.Service) any { return []any{s.Environment, s.Secrets} },
	}
}
