package platform

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/morket-io/platform/apis/v1alpha1"
)

// limits are the longest names that AWS takes, by constant.
var limits = map[string]int{
	"MaxOpenSearchDomain": MaxOpenSearchDomain,
	"MaxLoadBalancer":     MaxLoadBalancer,
	"MaxReplicationGroup": MaxReplicationGroup,
	"MaxBroker":           MaxBroker,
	"MaxDBIdentifier":     MaxDBIdentifier,
	"MaxBucket":           MaxBucket,
	"MaxRole":             MaxRole,
	"MaxLaunchTemplate":   MaxLaunchTemplate,
	"MaxSecurityGroup":    MaxSecurityGroup,
	"MaxECSName":          MaxECSName,
	"MaxAlarm":            MaxAlarm,
	"MaxTagValue":         MaxTagValue,
	"MaxKMSAlias":         MaxKMSAlias,
	"MaxTopic":            MaxTopic,
	"MaxDashboard":        MaxDashboard,
	"MaxLogGroup":         MaxLogGroup,
	"MaxMetricFilter":     MaxMetricFilter,
}

// goodName is what the strictest services take: RDS and ElastiCache.
var goodName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

func TestShorten(t *testing.T) {
	type args struct {
		name  string
		limit int
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
	}{
		"Short": {
			reason: "Should leave a name alone that fits",
			args:   args{name: "morket-staging-alb", limit: 32},
			want:   "morket-staging-alb",
		},
		"Exact": {
			reason: "Should leave a name alone that just fits",
			args:   args{name: strings.Repeat("a", 28), limit: 28},
			want:   strings.Repeat("a", 28),
		},
		"Long": {
			reason: "Should keep the beginning, which people know the name by, and put a hash of the whole behind it",
			args:   args{name: "morket-production-opensearch-x", limit: 28},
			want:   "morket-production-o-14316158",
		},
		"Seam": {
			reason: "Should not make a double hyphen where the cut falls on one",
			args:   args{name: "morket-productions-opensearch", limit: 28},
			want:   "morket-productions-7db4e5d0",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Shorten(tc.args.name, tc.args.limit)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestShortenHolds checks what is true of every name: prefixes of 1 to 63 characters with resources of up to 60, with
// the hyphen in every place.
func TestShortenHolds(t *testing.T) {
	for constant, limit := range limits {
		seen := make(map[string]string)
		for prefix := 1; prefix <= maxPrefix; prefix++ {
			for resource := 1; resource <= 60; resource++ {
				name := strings.Repeat("p", prefix) + "-" + strings.Repeat("r", resource)
				got := Shorten(name, limit)
				switch {
				case len(got) > limit:
					t.Fatalf("Should fit %s (%d): %s became %s, of %d", constant, limit, name, got, len(got))
				case !goodName.MatchString(got):
					t.Fatalf("Should neither begin nor end with a hyphen, nor have two in a row: %s became %s", name, got)
				case got != Shorten(name, limit):
					t.Fatalf("Should give one name the same short one each time: %s", name)
				case seen[got] != "":
					t.Fatalf("Should keep names apart that begin alike: %s and %s both became %s for %s", seen[got], name, got, constant)
				}
				seen[got] = name
			}
		}
	}
}

// named are a name of each kind that an AWS limit exists for, and those that functions/network composes.
var named = []struct {
	resource string
	limit    int
}{
	{"", MaxTagValue},
	{"", MaxKMSAlias},
	{"", MaxOpenSearchDomain},
	{"", MaxReplicationGroup},
	{"", MaxBroker},
	{"alb", MaxLoadBalancer},
	{"scraper", MaxLoadBalancer},
	{"aurora", MaxDBIdentifier},
	{"aurora-0", MaxDBIdentifier},
	{"exports-111122223333", MaxBucket},
	{"frontend-111122223333", MaxBucket},
	{"clickhouse", MaxLaunchTemplate},
	{"temporal-server", MaxECSName},
	{"temporal-server-error-lines", MaxAlarm},
	{"alb", MaxSecurityGroup},
	{"ecs", MaxSecurityGroup},
	{"opensearch", MaxSecurityGroup},
	{"sg-ecs-from-alb-3000", MaxTagValue},
	{"sg-alb-from-255-255-255-255-32-443", MaxTagValue},
	{"route-table-private-a", MaxTagValue},
	{"backend/jwt-secret", MaxLogGroup},
}

// global are names that an account has once for all regions.
var global = []struct {
	resource string
	limit    int
}{
	{"flow-logs", MaxRole},
	{"temporal-server-task", MaxRole},
}

func TestAWSNamesFit(t *testing.T) {
	for length := 1; length <= maxPrefix; length++ {
		for _, prefix := range []string{strings.Repeat("p", length), strings.Repeat("p-", length)[:length/2*2] + "p"} {
			if !validPrefix(prefix) {
				continue
			}
			p := &Platform{Prefix: prefix, Region: "ap-southeast-1"}
			fits := func(name string, limit int) {
				if len(name) > limit || strings.Contains(name, "--") || strings.HasSuffix(name, "-") || name == "" {
					t.Errorf("Should fit %d characters for a prefix of %d, without stray hyphens: %s", limit, length, name)
				}
			}
			for _, n := range named {
				fits(p.AWSName(n.resource, n.limit), n.limit)
			}
			for _, n := range global {
				fits(p.GlobalName(n.resource, n.limit), n.limit)
			}
		}
	}
}

func TestAWSName(t *testing.T) {
	cases := map[string]struct {
		reason string
		got    func(p *Platform) string
		want   string
	}{
		"Resource":     {reason: "Should begin with the prefix", got: func(p *Platform) string { return p.AWSName("alb", MaxLoadBalancer) }, want: "morket-staging-alb"},
		"Prefix":       {reason: "Should be the prefix alone for what a platform has one of", got: func(p *Platform) string { return p.AWSName("", MaxKMSAlias) }, want: "morket-staging"},
		"Global":       {reason: "Should name the region where an account has a name once for all regions", got: func(p *Platform) string { return p.GlobalName("flow-logs", MaxRole) }, want: "morket-staging-flow-logs-eu-west-1"},
		"Kubernetes":   {reason: "Should begin with the composite resource's name, which is unique in the cluster", got: func(p *Platform) string { return p.Name("vpc") }, want: "morket-staging-x7k2p-vpc"},
		"ARN":          {reason: "Should hold region and account", got: func(p *Platform) string { return p.ARN("logs", "log-group:/ecs/*") }, want: "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/*"},
		"GlobalARN":    {reason: "Should hold no region for what belongs to none", got: func(p *Platform) string { return p.GlobalARN("iam", "role/x") }, want: "arn:aws:iam::111122223333:role/x"},
		"RootARN":      {reason: "Should be the account as policies name it", got: func(p *Platform) string { return p.RootARN() }, want: "arn:aws:iam::111122223333:root"},
		"Owner":        {reason: "Should be the claim by namespace and name", got: func(p *Platform) string { return p.Owner() }, want: "morket/morket-staging"},
		"OwnerNoClaim": {reason: "Should be the composite resource where there is no claim", got: func(p *Platform) string { return (&Platform{XRName: p.XRName}).Owner() }, want: "morket-staging-x7k2p"},
	}
	p := &Platform{Prefix: "morket-staging", XRName: "morket-staging-x7k2p", ClaimName: "morket-staging", ClaimNamespace: "morket", Region: "eu-west-1", AccountID: "111122223333"}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got(p)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// identifiers are what AWS and Kubernetes tell a platform's resources apart by.
func identifiers(p *Platform) []string {
	var out []string
	for _, n := range named {
		name := p.AWSName(n.resource, n.limit)
		out = append(out, name, p.ARN("test", name), p.Name("r"+n.resource))
	}
	for _, n := range global {
		name := p.GlobalName(n.resource, n.limit)
		out = append(out, name, p.GlobalARN("iam", "role/"+name))
	}
	return out
}

func TestPlatformsStayApart(t *testing.T) {
	platform := func(name, environment, region string) *Platform {
		p, errs := Resolve(Input{XRName: name + "-x7k2p", ClaimName: name, ClaimNamespace: "morket", Spec: v1alpha1.MorketPlatformSpec{
			Environment: environment, AccountID: "111122223333", Region: region,
		}})
		if errs != nil {
			t.Fatal(errs)
		}
		return p
	}
	long := strings.Repeat("morket-", 8)[:55] // 55 characters that both names share
	cases := map[string]struct {
		reason string
		a, b   *Platform
	}{
		"Environments": {
			reason: "Should share no name and no ARN between staging and production in one account and region",
			a:      platform("morket-staging", "staging", "us-east-1"),
			b:      platform("morket-production", "production", "us-east-1"),
		},
		"LongNames": {
			reason: "Should share no name between claims that differ at the end alone, where names are cut",
			a:      platform(long+"-a", "staging", "us-east-1"),
			b:      platform(long+"-b", "staging", "us-east-1"),
		},
		"OneWithinTheOther": {
			reason: "Should share no name between claims of which one's name begins with the other's",
			a:      platform("morket", "staging", "us-east-1"),
			b:      platform("morket-staging", "staging", "us-east-1"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			of := make(map[string]bool)
			for _, id := range identifiers(tc.a) {
				of[id] = true
			}
			for _, id := range identifiers(tc.b) {
				if of[id] {
					t.Errorf("%s: %s", tc.reason, id)
				}
			}
		})
	}

	a, b := platform("morket", "staging", "us-east-1"), platform("morket", "staging", "eu-west-1")
	for _, n := range global {
		if name := a.GlobalName(n.resource, n.limit); name == b.GlobalName(n.resource, n.limit) {
			t.Errorf("Should keep names apart that an account has once for all regions, when one prefix is used in two: %s", name)
		}
	}
}

func TestValidPrefix(t *testing.T) {
	cases := map[string]struct {
		reason string
		prefix string
		want   bool
	}{
		"Usual":            {reason: "Should take a claim's usual name", prefix: "morket-staging", want: true},
		"OneLetter":        {reason: "Should take a single letter", prefix: "m", want: true},
		"Digits":           {reason: "Should take digits after the first letter", prefix: "m2-4x", want: true},
		"Longest":          {reason: "Should take the longest name that a claim can have", prefix: strings.Repeat("a", 63), want: true},
		"LooksReserved":    {reason: "Should take a name that only looks like a reserved one", prefix: "internals-sg", want: true},
		"Empty":            {reason: "Should refuse nothing at all", prefix: ""},
		"TooLong":          {reason: "Should refuse more than a claim's name can be", prefix: strings.Repeat("a", 64)},
		"LeadingDigit":     {reason: "Should refuse a digit first, because RDS does", prefix: "2morket"},
		"LeadingHyphen":    {reason: "Should refuse a hyphen first", prefix: "-morket"},
		"TrailingHyphen":   {reason: "Should refuse a hyphen last, because two would follow each other", prefix: "morket-"},
		"DoubleHyphen":     {reason: "Should refuse two hyphens in a row, because RDS does", prefix: "morket--a"},
		"Capitals":         {reason: "Should refuse capitals, because buckets do", prefix: "Morket"},
		"InnerCapitals":    {reason: "Should refuse capitals inside", prefix: "morKet"},
		"Dot":              {reason: "Should refuse a dot, which Kubernetes allows and AWS does not", prefix: "morket.staging"},
		"Underscore":       {reason: "Should refuse an underscore", prefix: "morket_staging"},
		"Umlaut":           {reason: "Should refuse letters beyond a to z", prefix: "mörket"},
		"SecurityGroup":    {reason: "Should refuse what EC2 keeps for ids of security groups", prefix: "sg-morket"},
		"SecurityGroupAll": {reason: "Should refuse a prefix that makes every name a reserved one", prefix: "sg"},
		"LoadBalancer":     {reason: "Should refuse what ELB keeps for internal load balancers", prefix: "internal-morket"},
		"LoadBalancerAll":  {reason: "Should refuse internal alone for the same reason", prefix: "internal"},
		"Bucket":           {reason: "Should refuse what S3 keeps", prefix: "sthree-morket"},
		"BucketDemo":       {reason: "Should refuse what S3 keeps for its documentation", prefix: "amzn-s3-demo-x"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := validPrefix(tc.prefix); got != tc.want {
				t.Errorf("%s: want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

// TestValidPrefixIsTheSchemas fails when the function and the API disagree on what a name may begin with.
func TestValidPrefixIsTheSchemas(t *testing.T) {
	for _, alphabet := range []string{"a0-", "a-."} {
		for length := 1; length <= 6; length++ {
			total := 1
			for range length {
				total *= len(alphabet)
			}
			for n := range total {
				var b strings.Builder
				for i := n; b.Len() < length; i /= len(alphabet) {
					b.WriteByte(alphabet[i%len(alphabet)])
				}
				if s := b.String(); validPrefix(s) != goodName.MatchString(s) {
					t.Fatalf("Should be told like the schema's rule tells it: %s", s)
				}
			}
		}
	}
}
