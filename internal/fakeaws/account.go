// Package fakeaws is as much of AWS as a deploy sees, for tests: ECS with deployments that succeed, fail, are rolled back
// and go on while they are looked at, CloudWatch Logs, S3, CloudFront and EKS. It answers over HTTP, in AWS's own protocols, so
// that the SDK and the AWS CLI talk to it. moto cannot stand in its place: its tasks end without exit codes, its
// deployments neither go on nor fail, and it has no service deployments.
package fakeaws

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// ID is the account's.
const ID = "111122223333"

// Region is where everything is.
const Region = "us-east-1"

const arn = "arn:aws:ecs:" + Region + ":" + ID + ":"

// An Account is one account in one region.
type Account struct {
	mu sync.Mutex

	// MigrationExit is the migrations' exit code, nil if their container never starts.
	MigrationExit *int
	// Breaks is a tag whose tasks fail until ECS's circuit breaker gives up, Alarms one during whose deployment an alarm
	// fires, Never one that never becomes steady.
	Breaks, Alarms, Never string
	// Quick makes every other deployment steady at the first look, not at the third.
	Quick bool
	// Forgets makes DescribeServices no longer show a failed deployment, as AWS does once its last task is stopped.
	Forgets bool
	// Lingers is how many looks DescribeServices shows a failed deployment for, even once another one is complete.
	Lingers int
	// NoRollback turns the rollback of the circuit breaker off.
	NoRollback bool
	// Throttles is how many requests are refused with a ThrottlingException before any is answered.
	Throttles int
	// Denies is the action that the role may not do, such as ecs:ListServiceDeployments.
	Denies string

	clusters    map[string]bool
	definitions map[string]map[string]any // by ARN
	services    map[string]*service       // by name in AWS
	removed     map[string]bool
	tasks       map[string]*Task
	// Objects are what S3 has, by bucket and key; Invalidations those of CloudFront, and how often they were looked at.
	Objects       map[string]Object
	Invalidations map[string]int
	distributions map[string]bool

	actions map[string]bool // IAM actions that were asked for
}

// A Task is one that was run.
type Task struct {
	// Definition is its task definition, as it was registered.
	Definition map[string]any
	// Stopped reports whether it was stopped before its end.
	Stopped bool
	looks   int
}

// An Object is in a bucket.
type Object struct{ Body, Cache, Kind string }

// New returns an account without anything in it.
func New() *Account {
	exit := 0
	return &Account{
		MigrationExit: &exit,
		clusters:      map[string]bool{}, definitions: map[string]map[string]any{}, services: map[string]*service{}, removed: map[string]bool{},
		tasks: map[string]*Task{}, Objects: map[string]Object{}, Invalidations: map[string]int{}, distributions: map[string]bool{},
		actions: map[string]bool{},
	}
}

// AddSite adds a distribution of CloudFront.
func (a *Account) AddSite(distribution string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.distributions[distribution] = true
}

// Tasks returns what was run.
func (a *Account) Tasks() []*Task {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Collect(maps.Values(a.tasks))
}

// Asked returns the IAM actions that were asked for.
func (a *Account) Asked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.actions))
}

// Set changes the account while it answers.
func (a *Account) Set(change func(*Account)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
}

// Start serves the account on loopback.
func (a *Account) Start() *httptest.Server { return httptest.NewServer(a) }

// ServeHTTP answers a request.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		_, operation, _ := strings.Cut(target, ".")
		a.json(w, operation, body)
	case strings.HasPrefix(r.URL.Path, "/2020-05-31/distribution/"):
		a.cloudFront(w, r)
	case strings.HasPrefix(r.URL.Path, "/clusters/"):
		a.eks(w, strings.TrimPrefix(r.URL.Path, "/clusters/"))
	default:
		a.s3(w, r, string(body))
	}
}

// eks describes a control plane, as much as a kubeconfig needs.
func (a *Account) eks(w http.ResponseWriter, name string) {
	a.actions["eks:DescribeCluster"] = true
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"cluster": map[string]any{ //nolint:errcheck,gosec // the client has gone
		"name": name, "arn": "arn:aws:eks:" + Region + ":" + ID + ":cluster/" + name, "status": "ACTIVE",
		"endpoint": "https://127.0.0.1:1", "certificateAuthority": map[string]any{"data": "bm9uZQ=="},
	}})
}

// A refusal is an error of AWS's.
type refusal struct{ kind, message string }

func refuse(kind, format string, args ...any) (map[string]any, *refusal) {
	return nil, &refusal{kind, fmt.Sprintf(format, args...)}
}

// json answers a call of ECS or CloudWatch Logs.
func (a *Account) json(w http.ResponseWriter, operation string, body []byte) {
	var in map[string]any
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var out map[string]any
	var wrong *refusal
	if a.Throttles > 0 {
		a.Throttles--
		out, wrong = refuse("ThrottlingException", "Rate exceeded")
	} else {
		out, wrong = a.call(operation, in)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if wrong != nil {
		w.WriteHeader(http.StatusBadRequest)
		out = map[string]any{"__type": wrong.kind, "message": wrong.message}
	}
	json.NewEncoder(w).Encode(out) //nolint:errcheck,gosec // the client has gone
}

func (a *Account) call(operation string, in map[string]any) (map[string]any, *refusal) {
	calls := map[string]func(map[string]any) (map[string]any, *refusal){
		"DescribeServices": a.describeServices, "DescribeTaskDefinition": a.describeTaskDefinition,
		"RegisterTaskDefinition": a.registerTaskDefinition, "DeregisterTaskDefinition": a.deregisterTaskDefinition,
		"ListServiceDeployments": a.listServiceDeployments, "DescribeServiceDeployments": a.describeServiceDeployments,
		"DescribeServiceRevisions": a.describeServiceRevisions,
		"RunTask":                  a.runTask, "StopTask": a.stopTask, "DescribeTasks": a.describeTasks, "GetLogEvents": a.getLogEvents,
	}
	call := calls[operation]
	if call == nil {
		return refuse("InvalidAction", "%s is not one of a deploy's", operation)
	}
	prefix := "ecs:"
	if operation == "GetLogEvents" {
		prefix = "logs:"
	}
	a.actions[prefix+operation] = true
	if prefix+operation == a.Denies {
		return refuse("AccessDeniedException", "not authorized to perform %s", a.Denies)
	}
	return call(in)
}

// epoch is a time as AWS writes it.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// list reads a list of strings.
func list(v any) []string {
	var out []string
	items, _ := v.([]any)
	for _, item := range items {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
