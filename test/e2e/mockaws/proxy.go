package mockaws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Call is one to AWS, and how it was answered.
type Call struct {
	Time    time.Time `json:"time"`
	Service string    `json:"service"` // as in a signature: ec2, elasticloadbalancing, monitoring
	Action  string    `json:"action"`  // CreateVpc; where AWS has no actions, method and resource: PUT /backup/plans/*
	Names   string    `json:"names"`   // what it is about: the parameters that are names, ids or ARNs
	Status  int       `json:"status"`  // 0: the mock did not answer
	Fault   bool      `json:"fault"`   // answered by the proxy
}

// Effect says what a call does.
type Effect string

// What calls do.
const (
	Read   Effect = "read"
	Create Effect = "create"
	Update Effect = "update"
	Delete Effect = "delete"
)

// A Fault is what AWS does in bad times.
type Fault struct {
	Share    float64 // of the calls that meet it, 0 to 1
	Throttle bool    // too many requests, or else an internal error
}

// A Proxy stands between the provider and the mock.
type Proxy struct {
	// URL is where it answers.
	URL string

	target *url.URL
	server *http.Server

	mu    sync.Mutex
	calls []Call
	fault Fault
	until time.Time
}

// NewProxy starts a proxy on an address in front of a server. It ends with the context.
func NewProxy(ctx context.Context, address, target string) (*Proxy, error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	p := &Proxy{URL: "http://" + l.Addr().String(), target: u}
	forward := &httputil.ReverseProxy{
		// The Host that the caller signed for stays, wherever it leads; the mock looks at the signature's service.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = u.Scheme, u.Host
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(rsp *http.Response) error {
			if c, ok := rsp.Request.Context().Value(callKey{}).(*Call); ok {
				c.Status = rsp.StatusCode
			}
			return nil
		},
	}
	p.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(forward, w, r) })}
	context.AfterFunc(ctx, func() { p.server.Close() }) //nolint:errcheck,gosec // nothing is lost
	go p.server.Serve(l)                                //nolint:errcheck // ends with the context
	return p, nil
}

type callKey struct{}

func (p *Proxy) serve(forward http.Handler, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := describe(r, body)
	if f, ok := p.meets(); ok {
		c.Fault = true
		c.Status = answer(w, r, f)
	} else {
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, &c))
		r.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(w, r)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, c)
}

// Disturb makes calls meet a fault for a while.
func (p *Proxy) Disturb(f Fault, duration time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.until = f, time.Now().Add(duration)
}

// meets says whether a call is to meet a fault.
func (p *Proxy) meets() (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault, time.Now().Before(p.until) && rand.Float64() < p.fault.Share //nolint:gosec // chance, not a secret
}

// answer answers a call with a fault in the protocol that it was made in.
func answer(w http.ResponseWriter, r *http.Request, f Fault) int {
	status, code, message := http.StatusInternalServerError, "InternalFailure", "We encountered an internal error. Please try again."
	if f.Throttle {
		status, code, message = http.StatusBadRequest, "ThrottlingException", "Rate exceeded"
	}
	header, service := w.Header(), scope(r)
	var body string
	switch content := r.Header.Get("Content-Type"); {
	case service == "ec2":
		if f.Throttle {
			status, code = http.StatusServiceUnavailable, "RequestLimitExceeded"
		}
		header.Set("Content-Type", "text/xml")
		body = fmt.Sprintf("<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>0</RequestID></Response>", code, message)
	case service == "s3":
		if f.Throttle {
			status, code = http.StatusServiceUnavailable, "SlowDown"
		}
		header.Set("Content-Type", "application/xml")
		body = fmt.Sprintf("<Error><Code>%s</Code><Message>%s</Message><RequestId>0</RequestId></Error>", code, message)
	case strings.HasPrefix(content, "application/cbor"):
		header.Set("Content-Type", "application/cbor")
		header.Set("Smithy-Protocol", "rpc-v2-cbor")
		body = "\xa2" + text("__type") + text(code) + text("message") + text(message)
	case strings.HasPrefix(content, "application/x-www-form-urlencoded"), service == "cloudfront", service == "route53":
		if f.Throttle {
			code = "Throttling"
		}
		header.Set("Content-Type", "text/xml")
		body = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>0</RequestId></ErrorResponse>", code, message)
	default:
		if f.Throttle && r.Header.Get("X-Amz-Target") == "" { // REST
			status, code = http.StatusTooManyRequests, "TooManyRequestsException"
		}
		header.Set("Content-Type", "application/json")
		header.Set("X-Amzn-Errortype", code)
		body = fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message)
	}
	w.WriteHeader(status)
	io.WriteString(w, body) //nolint:errcheck,gosec // the caller may be gone
	return status
}

// text is a short string in CBOR.
func text(s string) string {
	n := byte(len(s)) //nolint:gosec // short
	if n < 24 {
		return string([]byte{0x60 + n}) + s
	}
	return string([]byte{0x78, n}) + s
}

// scope is the service that a request is signed for:
// AWS4-HMAC-SHA256 Credential=KEY/20261124/us-east-1/ec2/aws4_request, SignedHeaders=….
func scope(r *http.Request) string {
	credential, _, _ := strings.Cut(r.Header.Get("Authorization"), ",")
	if f := strings.Split(credential, "/"); len(f) == 5 {
		return f[3]
	}
	return ""
}

// describe says what a request asks for. No value that might be a secret is kept.
func describe(r *http.Request, body []byte) Call {
	c := Call{Time: time.Now(), Service: scope(r)}
	switch content := r.Header.Get("Content-Type"); {
	case r.Header.Get("X-Amz-Target") != "":
		_, c.Action, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		c.Names = names(jsonFields(body))
	case strings.HasPrefix(r.URL.Path, "/service/"): // Smithy's RPC: /service/X/operation/PutMetricAlarm
		c.Action = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	case strings.HasPrefix(content, "application/x-www-form-urlencoded"):
		form, _ := url.ParseQuery(string(body))
		c.Action = form.Get("Action")
		fields := map[string]string{}
		for k := range form {
			fields[k] = form.Get(k)
		}
		c.Names = names(fields)
	case c.Service == "s3":
		c.Action, c.Names = s3Action(r), r.URL.Path
	default:
		c.Action, c.Names = r.Method+" "+pattern(r.URL), r.URL.RequestURI()
	}
	return c
}

func jsonFields(body []byte) map[string]string {
	var o map[string]any
	_ = json.Unmarshal(body, &o) // nothing is known of what is not an object
	out := map[string]string{}
	for k, v := range o {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}

// names joins the values of those fields that say what a call is about.
func names(fields map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		lower, _, _ := strings.Cut(strings.ToLower(k), ".") // NatGatewayId.1
		for _, end := range []string{"name", "id", "identifier", "arn", "family", "service", "cluster", "taskdefinition"} {
			if strings.HasSuffix(lower, end) {
				out = append(out, k+"="+fields[k])
				break
			}
		}
	}
	return strings.Join(out, " ")
}

// s3Action names what S3 has no name for in a request: PUT bucket, GET bucket?policy, PUT object.
func s3Action(r *http.Request) string {
	what := "bucket"
	if bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); bucket == "" {
		what = "buckets"
	} else if key != "" {
		what = "object"
	}
	for _, k := range slices.Sorted(maps.Keys(r.URL.Query())) {
		if k != "x-id" && k != "list-type" {
			return r.Method + " " + what + "?" + k
		}
	}
	return r.Method + " " + what
}

// words are the segments of REST paths that are no names.
var words = []string{
	"2020-05-31", "distribution", "config", "cache-policy", "origin-access-control", "tagging", // CloudFront
	"backup", "plans", "selections", "backup-vaults", "recovery-points", "untag", // Backup
	"v1", "brokers", "configurations", "users", "reboot", // MQ
	"2021-01-01", "opensearch", "domain", "tags-removal", "progress", "domain-info", // OpenSearch
	"2013-04-01", "hostedzone", "rrset", "change", // Route 53
	"tags",
}

// pattern is a path with * for what it is about.
func pattern(u *url.URL) string {
	segments := strings.Split(strings.TrimSuffix(u.EscapedPath(), "/"), "/")
	for i, s := range segments {
		if s != "" && !slices.Contains(words, s) {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// effects are those that the beginning of an action's name does not tell.
var effects = map[string]Effect{
	"POST /v1/brokers/*/reboot":           Update,
	"POST /2021-01-01/opensearch/domain":  Create,
	"POST /2021-01-01/domain-info":        Read,
	"POST /2021-01-01/tags-removal":       Update,
	"POST /2021-01-01/tags":               Update,
	"POST /2020-05-31/tagging":            Update,
	"POST /backup/plans/*":                Update,
	"PUT /backup/plans":                   Create,
	"PUT /backup/plans/*/selections":      Create,
	"PUT /backup-vaults/*":                Create,
	"POST /2013-04-01/hostedzone/*/rrset": Update, // of records: what is done to one is in the body
	"PUT bucket":                          Create,
	"PUT object":                          Create,
	"POST bucket?delete":                  Delete,
	"DecodeAuthorizationMessage":          Read,
	"BatchGetSecretValue":                 Read,
	"RunInstances":                        Create,
	"PutMetricAlarm":                      Create, // and update: AWS has one action for both
	"PutDashboard":                        Create,
	"RegisterTaskDefinition":              Create,
	"RegisterScalableTarget":              Create,
	"RequestCertificate":                  Create,
	"AllocateAddress":                     Create,
	"CancelRotateSecret":                  Update,
	"Subscribe":                           Create,
	"Unsubscribe":                         Delete,
}

// beginnings are those of actions' names, with what they do. What none of them matches changes something.
var beginnings = []struct {
	prefix string
	effect Effect
}{
	{"Describe", Read}, {"Get", Read}, {"List", Read}, {"Head", Read}, {"Lookup", Read}, {"Search", Read}, {"Discover", Read}, {"AssumeRole", Read},
	{"GET ", Read}, {"HEAD ", Read},
	{"Create", Create},
	{"Delete", Delete}, {"DELETE ", Delete}, {"Terminate", Delete}, {"Release", Delete}, {"Deregister", Delete}, {"ScheduleKeyDeletion", Delete},
	{"POST /v1/tags", Update}, {"POST /tags", Update}, {"POST /untag", Update},
	{"POST ", Create},
}

// Effect says what the call does. Settings that AWS keeps apart from their thing, such as a bucket's policy, are updates
// of it, and so are tags.
func (c *Call) Effect() Effect {
	if e, ok := effects[c.Action]; ok {
		return e
	}
	if c.Action == "CreateTags" || c.Action == "DeleteTags" {
		return Update
	}
	for _, b := range beginnings {
		if strings.HasPrefix(c.Action, b.prefix) {
			return b.effect
		}
	}
	return Update
}

// Mark is the number of calls until now, for Changes.
func (p *Proxy) Mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// Calls are all since a mark; 0 is the beginning.
func (p *Proxy) Calls(mark int) []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls[mark:])
}

// Changes are the calls since a mark that changed something in AWS, of these effects or of all but reads.
func (p *Proxy) Changes(mark int, of ...Effect) []Call {
	if len(of) == 0 {
		of = []Effect{Create, Update, Delete}
	}
	return slices.DeleteFunc(p.Calls(mark), func(c Call) bool {
		return c.Status < 200 || c.Status > 299 || !slices.Contains(of, c.Effect())
	})
}

// Counts are numbers of calls.
type Counts struct {
	Reads   int `json:"reads"`
	Creates int `json:"creates"`
	Updates int `json:"updates"`
	Deletes int `json:"deletes"`
	Errors  int `json:"errors"` // answered with one; not in the others
	Faults  int `json:"faults"` // made by the proxy; not in the others
}

func (n *Counts) add(c *Call) {
	switch {
	case c.Fault:
		n.Faults++
	case c.Status < 200 || c.Status > 299:
		n.Errors++
	case c.Effect() == Read:
		n.Reads++
	case c.Effect() == Create:
		n.Creates++
	case c.Effect() == Delete:
		n.Deletes++
	default:
		n.Updates++
	}
}

// Count counts the calls since a mark by service.
func (p *Proxy) Count(mark int) map[string]Counts {
	return count(p.Calls(mark), func(c *Call) string { return c.Service })
}

// CountActions counts them by service and action.
func (p *Proxy) CountActions(mark int) map[string]Counts {
	return count(p.Calls(mark), func(c *Call) string { return c.Service + " " + c.Action })
}

func count(calls []Call, key func(*Call) string) map[string]Counts {
	out := map[string]Counts{}
	for i := range calls {
		n := out[key(&calls[i])]
		n.add(&calls[i])
		out[key(&calls[i])] = n
	}
	return out
}

// WriteLog writes the calls since a mark as lines of JSON.
func (p *Proxy) WriteLog(w io.Writer, mark int) error {
	e := json.NewEncoder(w)
	for _, c := range p.Calls(mark) {
		if err := e.Encode(c); err != nil {
			return err
		}
	}
	return nil
}
