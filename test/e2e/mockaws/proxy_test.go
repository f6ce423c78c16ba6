package mockaws

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// signed makes a request as an SDK does.
func signed(t *testing.T, service, method, target, body string, header map[string]string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	for k, v := range header {
		r.Header.Set(k, v)
	}
	return r
}

var (
	form = map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
	rpc  = map[string]string{"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor"}
)

func target(action string) map[string]string {
	return map[string]string{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": action}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for reason, tc := range map[string]struct {
		service, method, path, body string
		header                      map[string]string
		action, names               string
		effect                      Effect
	}{
		"Should know what EC2 is asked for from the form": {
			"ec2", http.MethodPost, "/", "Action=CreateNatGateway&SubnetId=subnet-1&AllocationId=eip-1&Version=1", form,
			"CreateNatGateway", "AllocationId=eip-1 SubnetId=subnet-1", Create,
		},
		"Should take tags for an update, though their action begins with Create": {
			"ec2", http.MethodPost, "/", "Action=CreateTags&ResourceId.1=vpc-1", form, "CreateTags", "ResourceId.1=vpc-1", Update,
		},
		"Should know what a JSON service is asked for from the header, and keep no secret": {
			"secretsmanager", http.MethodPost, "/", `{"SecretId":"a/b","SecretString":"hush","ClientRequestToken":"x"}`, target("secretsmanager.PutSecretValue"),
			"PutSecretValue", "SecretId=a/b", Update,
		},
		"Should keep no password of a form": {
			"elasticache", http.MethodPost, "/", "Action=CreateReplicationGroup&ReplicationGroupId=r&AuthToken=hush", form,
			"CreateReplicationGroup", "ReplicationGroupId=r", Create,
		},
		"Should know what a service that speaks CBOR is asked for from the path": {
			"monitoring", http.MethodPost, "/service/GraniteServiceVersion20100801/operation/PutMetricAlarm", "", rpc, "PutMetricAlarm", "", Create,
		},
		"Should take the reading of alarms for that": {
			"monitoring", http.MethodPost, "/service/GraniteServiceVersion20100801/operation/DescribeAlarms", "", rpc, "DescribeAlarms", "", Read,
		},
		"Should name what S3 does by what of the bucket it is about": {
			"s3", http.MethodPut, "/bucket?policy", "{}", nil, "PUT bucket?policy", "/bucket", Update,
		},
		"Should see that a bucket is made": {"s3", http.MethodPut, "/bucket", "", nil, "PUT bucket", "/bucket", Create},
		"Should see that a bucket is looked at": {
			"s3", http.MethodHead, "/bucket", "", nil, "HEAD bucket", "/bucket", Read,
		},
		"Should leave ids out of REST's names": {
			"cloudfront", http.MethodPut, "/2020-05-31/distribution/E123/config", "<a/>", nil,
			"PUT /2020-05-31/distribution/*/config", "/2020-05-31/distribution/E123/config", Update,
		},
		"Should see that a distribution is made": {
			"cloudfront", http.MethodPost, "/2020-05-31/distribution?WithTags", "<a/>", nil,
			"POST /2020-05-31/distribution", "/2020-05-31/distribution?WithTags", Create,
		},
		"Should see that a vault is made, though with PUT": {
			"backup", http.MethodPut, "/backup-vaults/v", "{}", nil, "PUT /backup-vaults/*", "/backup-vaults/v", Create,
		},
		"Should see that a plan is changed, though with POST": {
			"backup", http.MethodPost, "/backup/plans/1", "{}", nil, "POST /backup/plans/*", "/backup/plans/1", Update,
		},
		"Should take tags of an ARN for an update": {
			"backup", http.MethodPost, "/tags/arn%3Aaws%3Abackup%3Ax", "{}", nil, "POST /tags/*", "/tags/arn%3Aaws%3Abackup%3Ax", Update,
		},
		"Should see that an instance is terminated": {
			"ec2", http.MethodPost, "/", "Action=TerminateInstances&InstanceId.1=i-1", form, "TerminateInstances", "InstanceId.1=i-1", Delete,
		},
		"Should take a rule that is taken away for an update of its group": {
			"ec2", http.MethodPost, "/", "Action=RevokeSecurityGroupEgress&GroupId=sg-1", form, "RevokeSecurityGroupEgress", "GroupId=sg-1", Update,
		},
	} {
		c := describe(signed(t, tc.service, tc.method, "http://aws"+tc.path, tc.body, tc.header), []byte(tc.body))
		got := []string{c.Service, c.Action, c.Names, string(c.Effect())}
		if diff := cmp.Diff([]string{tc.service, tc.action, tc.names, string(tc.effect)}, got); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", reason, diff)
		}
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	asked := 0
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "Missing") {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprintf(w, "%s %s %s", r.Method, r.RequestURI, body) //nolint:errcheck,gosec // to a test
	}))
	t.Cleanup(aws.Close)
	p, err := NewProxy(t.Context(), "127.0.0.1:0", aws.URL)
	if err != nil {
		t.Fatal(err)
	}
	do := func(r *http.Request) (int, string) {
		t.Helper()
		rsp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer rsp.Body.Close() //nolint:errcheck // only read
		body, _ := io.ReadAll(rsp.Body)
		return rsp.StatusCode, string(body)
	}

	if _, got := do(signed(t, "backup", http.MethodPost, p.URL+"/tags/arn%3Aaws%3A1?a=b", "{}", nil)); got != "POST /tags/arn%3Aaws%3A1?a=b {}" {
		t.Errorf("Should pass on path, query and body as they came, got %s", got)
	}
	mark := p.Mark()
	do(signed(t, "ec2", http.MethodPost, p.URL, "Action=DescribeVpcs", form))
	do(signed(t, "ec2", http.MethodPost, p.URL, "Action=DescribeVpcs&VpcId=Missing", form))
	do(signed(t, "ec2", http.MethodPost, p.URL, "Action=CreateVpc", form))
	do(signed(t, "ec2", http.MethodPost, p.URL, "Action=DeleteVpc&VpcId=vpc-1", form))
	do(signed(t, "sns", http.MethodPost, p.URL, "Action=SetTopicAttributes&TopicArn=arn", form))
	want := map[string]Counts{"ec2": {Reads: 1, Creates: 1, Deletes: 1, Errors: 1}, "sns": {Updates: 1}}
	if diff := cmp.Diff(want, p.Count(mark)); diff != "" {
		t.Errorf("Should count what calls do, apart from those that fail: -want, +got:\n%s", diff)
	}
	deletes := []Call{{Service: "ec2", Action: "DeleteVpc", Names: "VpcId=vpc-1", Status: http.StatusOK}}
	if diff := cmp.Diff(deletes, p.Changes(mark, Delete), cmpopts.IgnoreFields(Call{}, "Time")); diff != "" {
		t.Errorf("Should list what was deleted since a mark: -want, +got:\n%s", diff)
	}
	if n := len(p.Changes(mark)); n != 3 {
		t.Errorf("Should list what changed something, and neither what failed nor what reads, got %d", n)
	}

	// A program that is told of a proxy asks it for whole URLs.
	through := &http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(p.URL) }}}
	rsp, err := through.Do(signed(t, "s3", http.MethodGet, "http://111122223333.s3-control.invalid/v20180820/x", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close() //nolint:errcheck // only read
	if body, _ := io.ReadAll(rsp.Body); string(body) != "GET /v20180820/x " {
		t.Errorf("Should lead every host to the mock, got %s", body)
	}

	before := asked
	mark = p.Mark()
	p.Disturb(Fault{Share: 1, Throttle: true}, time.Minute)
	if status, _ := do(signed(t, "ec2", http.MethodPost, p.URL, "Action=CreateVpc", form)); status != http.StatusServiceUnavailable || asked != before {
		t.Errorf("Should answer itself while it disturbs, got %d", status)
	}
	if diff := cmp.Diff(map[string]Counts{"ec2": {Faults: 1}}, p.Count(mark)); diff != "" {
		t.Errorf("Should count its own answers apart: -want, +got:\n%s", diff)
	}
	p.Disturb(Fault{Share: 1}, -time.Second)
	if status, _ := do(signed(t, "ec2", http.MethodPost, p.URL, "Action=DescribeVpcs", form)); status != http.StatusOK {
		t.Errorf("Should leave calls alone once the time is over, got %d", status)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	// inXML and inJSON find the code as the SDK for Go does.
	inXML := func(body string) string {
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			token, err := d.Token()
			if err != nil {
				return ""
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Code" {
				var code string
				d.DecodeElement(&code, &e) //nolint:errcheck,gosec // then there is none
				return code
			}
		}
	}
	inJSON := func(body string) string {
		var o map[string]string
		json.Unmarshal([]byte(body), &o) //nolint:errcheck,gosec // then there is none
		return o["__type"]
	}
	for reason, tc := range map[string]struct {
		service string
		header  map[string]string
		read    func(string) string
		code    string
		status  int
	}{
		"Should throttle as EC2 does":                   {"ec2", form, inXML, "RequestLimitExceeded", http.StatusServiceUnavailable},
		"Should throttle as S3 does":                    {"s3", nil, inXML, "SlowDown", http.StatusServiceUnavailable},
		"Should throttle as RDS does":                   {"rds", form, inXML, "Throttling", http.StatusBadRequest},
		"Should throttle as CloudFront does":            {"cloudfront", nil, inXML, "Throttling", http.StatusBadRequest},
		"Should throttle as ECS does":                   {"ecs", target("x.ListServices"), inJSON, "ThrottlingException", http.StatusBadRequest},
		"Should throttle as MQ does":                    {"mq", nil, inJSON, "TooManyRequestsException", http.StatusTooManyRequests},
		"Should throttle as CloudWatch does, in CBOR":   {"monitoring", rpc, func(s string) string { return s[1+7+1 : 1+7+1+19] }, "ThrottlingException", http.StatusBadRequest},
		"Should throttle as CloudFront's tags' API too": {"cloudfront", map[string]string{"Content-Type": "application/xml"}, inXML, "Throttling", http.StatusBadRequest},
	} {
		r := signed(t, tc.service, http.MethodPost, "http://aws/", "", tc.header)
		w := httptest.NewRecorder()
		answer(w, r, Fault{Throttle: true})
		if code := tc.read(w.Body.String()); code != tc.code || w.Code != tc.status {
			t.Errorf("%s: want %s and %d, got %s and %d", reason, tc.code, tc.status, code, w.Code)
		}
		w = httptest.NewRecorder()
		answer(w, r, Fault{})
		if w.Code != http.StatusInternalServerError {
			t.Errorf("Should answer %s with an internal error, got %d", tc.service, w.Code)
		}
	}
}
