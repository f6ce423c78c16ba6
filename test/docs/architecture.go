package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/internal/render"
)

// An Architecture is what a person wants to see of a platform: what stands where, and who may talk to whom. All of it is
// read from composed resources.
type Architecture struct {
	Name, Region string
	CIDR         string
	Public       []string // subnets, zone and range
	Private      []string
	NATs         int

	Site         *Site
	LoadBalancer Node
	Services     []Service // in the order in which the load balancer asks them, then those that it does not know
	Stores       []Node
	Aside        []Node // beside the VPC
	Links        []Link // who may open a connection to whom
	Out          []Link // who may open one to where, as far as that is restricted
}

// A Site is a CloudFront distribution and the buckets that it reads.
type Site struct {
	Names   []string
	Buckets []string // by their names in the composition
}

// A Node is a box of the picture.
type Node struct {
	Name   string   // in the composition
	Title  string   // as people call it
	Says   []string // below it
	Groups []string // its security groups, by their names in the composition
}

// A Service is an ECS service.
type Service struct {
	Node
	Port     int64    // where the load balancer asks it, 0 if it does not
	Paths    []string // those that the load balancer sends here; "everything else" is its default
	Priority float64  // of the rule
	Buckets  []string // those that its role may use
}

// A Link is a rule of a security group: who may open a connection to whom.
type Link struct {
	From, To string // security groups, or ranges of addresses
	Port     string
}

// composed are the resources of a render.
type composed struct {
	name      string // of the composite resource
	resources map[string]object
	observed  map[string]object
}

type object map[string]any

// Read finds the architecture in a render of everything. It is an error if a security group guards nothing that would be in
// the picture, so that a new kind of store cannot be forgotten.
func Read(r *render.Result) (*Architecture, error) {
	c := &composed{name: object(r.XR.AsMap()).text("metadata.name"), resources: objects(r.Resources), observed: objects(r.Observed)}
	a := &Architecture{Name: c.name, Region: object(r.XR.AsMap()).text("spec.region")}
	a.CIDR = c.one("VPC").field("cidrBlock")
	for _, s := range c.kind("Subnet") {
		text := s.o.field("availabilityZone") + " " + s.o.field("cidrBlock")
		if strings.Contains(s.name, "public") {
			a.Public = append(a.Public, text)
		} else {
			a.Private = append(a.Private, text)
		}
	}
	a.NATs = len(c.kind("NATGateway"))
	a.LoadBalancer = c.loadBalancer()
	a.Services = c.services()
	a.Stores = c.stores()
	a.Site = c.site()
	a.Aside = append([]Node{a.buckets(c)}, c.aside()...)
	a.Links = c.links("SecurityGroupIngressRule")
	a.Out = c.links("SecurityGroupEgressRule")
	if err := a.complete(c); err != nil {
		return nil, err
	}
	return a, nil
}

// complete says which security group is of nothing in the picture.
func (a *Architecture) complete(c *composed) error {
	shown := map[string]bool{}
	for _, n := range a.Nodes() {
		for _, g := range n.Groups {
			shown[g] = true
		}
	}
	for _, g := range c.kind("SecurityGroup") {
		if !shown[g.name] {
			return fmt.Errorf("%s guards nothing that is in the picture: say in test/docs/architecture.go what it belongs to", g.name)
		}
	}
	return nil
}

// Nodes are what stands in the VPC.
func (a *Architecture) Nodes() []Node {
	out := []Node{a.LoadBalancer}
	for i := range a.Services {
		out = append(out, a.Services[i].Node)
	}
	return append(out, a.Stores...)
}

func (c *composed) loadBalancer() Node {
	lb := c.kind("LB")[0]
	n := Node{Name: lb.name, Title: "Application Load Balancer", Groups: c.groups(lb.o)}
	for _, l := range c.kind("LBListener") {
		does := "forwards"
		if action := l.o.list("spec.forProvider.defaultAction"); action[0].text("type") == "redirect" {
			does = "redirects to " + action[0].text("redirect.protocol")
		}
		n.Says = append(n.Says, fmt.Sprintf("%s %v %s", l.o.field("protocol"), l.o.at("spec.forProvider.port"), does))
	}
	for _, name := range c.names(c.observed[lb.name].text("status.atProvider.dnsName")) {
		n.Says = append(n.Says, "DNS: "+name)
	}
	return n
}

// names are the records that lead to a DNS name.
func (c *composed) names(target string) []string {
	var out []string
	for _, r := range c.kind("Record") {
		if name := r.o.field("name"); r.o.text("spec.forProvider.alias.name") == target && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (c *composed) services() []Service {
	var out []Service
	for _, s := range c.kind("Service") {
		if !strings.HasPrefix(s.o.text("apiVersion"), "ecs.") {
			continue
		}
		svc := Service{Node: Node{Name: s.name, Title: strings.TrimPrefix(s.name, "service-"), Groups: c.groups(s.o)}, Priority: 1e9}
		if lb := s.o.list("spec.forProvider.loadBalancer"); len(lb) > 0 {
			port, _ := lb[0]["containerPort"].(float64)
			svc.Port = int64(port)
			c.route(&svc, lb[0].text("targetGroupArn"))
		}
		family := c.name + "-" + svc.Title
		for _, t := range c.kind("TaskDefinition") {
			if t.o.field("family") == family {
				units, _ := strconv.ParseFloat(t.o.field("cpu"), 64)
				svc.Says = append(svc.Says, fmt.Sprintf("%g vCPU, %s MiB", units/1024, t.o.field("memory")))
				svc.Buckets = c.buckets(t.o.field("taskRoleArn"))
			}
		}
		svc.Says = append(svc.Says, c.tasks(s, family))
		out = append(out, svc)
	}
	slices.SortStableFunc(out, func(a, b Service) int { return int(a.Priority - b.Priority) })
	return out
}

// route finds what the load balancer sends to a target group.
func (c *composed) route(svc *Service, arn string) {
	for _, rule := range c.kind("LBListenerRule") {
		for _, action := range rule.o.list("spec.forProvider.action") {
			if groups := action.list("forward.targetGroup"); len(groups) != 1 || groups[0].text("arn") != arn {
				continue
			}
			svc.Priority, _ = rule.o.at("spec.forProvider.priority").(float64)
			for _, condition := range rule.o.list("spec.forProvider.condition") {
				for _, pattern := range condition.list("pathPattern") {
					svc.Paths = append(svc.Paths, texts(pattern["values"])...)
				}
			}
		}
	}
	for _, l := range c.kind("LBListener") {
		for _, action := range l.o.list("spec.forProvider.defaultAction") {
			if action.text("targetGroupArn") == arn {
				svc.Priority, svc.Paths = 1e8, append(svc.Paths, "everything else")
			}
		}
	}
}

// tasks says how many there are of a service.
func (c *composed) tasks(s composedObject, family string) string {
	for _, t := range c.kind("Target") {
		if strings.HasSuffix(t.o.field("resourceId"), "/"+family) {
			return fmt.Sprintf("%v to %v tasks", t.o.at("spec.forProvider.minCapacity"), t.o.at("spec.forProvider.maxCapacity"))
		}
	}
	return count(s.o.at("spec.forProvider.desiredCount"), "task")
}

// buckets are those that a role's policies name.
func (c *composed) buckets(roleARN string) []string {
	var out []string
	for _, p := range c.kind("RolePolicy") {
		role := c.byName(p.o.text("spec.forProvider.roleRef.name")).externalName()
		if !strings.HasSuffix(roleARN, "/"+role) {
			continue
		}
		for _, b := range c.kind("Bucket") {
			if strings.Contains(p.o.field("policy"), ":::"+b.o.externalName()) {
				out = append(out, b.name)
			}
		}
	}
	return out
}

// stores are what is guarded by a security group and keeps data.
func (c *composed) stores() []Node {
	var out []Node
	for _, o := range c.kind("Cluster") {
		if strings.HasPrefix(o.o.text("apiVersion"), "rds.") {
			class := c.kind("ClusterInstance")
			out = append(out, Node{
				Name: o.name, Title: "Aurora PostgreSQL", Groups: c.groups(o.o),
				Says: []string{o.o.field("engineVersion") + ", " + class[0].o.field("instanceClass"), count(float64(1), "writer") + ", " + count(float64(len(class)-1), "reader")},
			})
		}
	}
	for _, o := range c.kind("ReplicationGroup") {
		out = append(out, Node{
			Name: o.name, Title: "Redis " + o.o.field("engineVersion"), Groups: c.groups(o.o),
			Says: []string{o.o.field("nodeType"), count(o.o.at("spec.forProvider.numCacheClusters"), "node")},
		})
	}
	for _, o := range c.kind("Broker") {
		out = append(out, Node{
			Name: o.name, Title: "RabbitMQ " + o.o.field("engineVersion"), Groups: c.groups(o.o),
			Says: []string{o.o.field("hostInstanceType"), strings.ToLower(strings.ReplaceAll(o.o.field("deploymentMode"), "_", " "))},
		})
	}
	for _, o := range c.kind("Domain") {
		out = append(out, Node{
			Name: o.name, Title: strings.ReplaceAll(o.o.field("engineVersion"), "_", " "), Groups: c.groups(o.o),
			Says: []string{o.o.text("spec.forProvider.clusterConfig.instanceType"), count(o.o.at("spec.forProvider.clusterConfig.instanceCount"), "node") +
				fmt.Sprintf(", %v GiB a node", o.o.at("spec.forProvider.ebsOptions.volumeSize"))},
		})
	}
	for _, o := range c.kind("Instance") {
		n := Node{Name: o.name, Title: "ClickHouse on EC2", Says: []string{o.o.field("instanceType")}, Groups: c.groups(o.o)}
		for _, t := range c.kind("LaunchTemplate") {
			if t.o.field("name") == o.o.text("spec.forProvider.launchTemplate.name") {
				n.Groups = append(n.Groups, c.groups(t.o)...)
			}
		}
		for _, v := range c.kind("EBSVolume") {
			n.Says = append(n.Says, fmt.Sprintf("volume of %v GiB", v.o.at("spec.forProvider.size")))
		}
		out = append(out, n)
	}
	return out
}

func (c *composed) site() *Site {
	for _, d := range c.kind("Distribution") {
		s := &Site{Names: c.names(c.observed[d.name].text("status.atProvider.domainName"))}
		for _, origin := range d.o.list("spec.forProvider.origin") {
			for _, b := range c.kind("Bucket") {
				if strings.HasPrefix(origin.text("domainName"), b.o.externalName()+".s3.") {
					s.Buckets = append(s.Buckets, b.name)
				}
			}
		}
		if len(s.Buckets) > 0 {
			return s
		}
	}
	return nil
}

// buckets are those that the site does not come from, and who uses them.
func (a *Architecture) buckets(c *composed) Node {
	n := Node{Title: "S3"}
	for _, b := range c.kind("Bucket") {
		if a.Site != nil && slices.Contains(a.Site.Buckets, b.name) {
			continue
		}
		var users []string
		for i := range a.Services {
			if slices.Contains(a.Services[i].Buckets, b.name) {
				users = append(users, a.Services[i].Title)
			}
		}
		if a.LoadBalancer.Name != "" && c.resources[a.LoadBalancer.Name].text("spec.forProvider.accessLogs.bucket") == b.o.externalName() {
			users = append(users, "the load balancer")
		}
		n.Says = append(n.Says, b.name+": "+strings.Join(users, ", "))
	}
	for _, e := range c.kind("VPCEndpoint") {
		if strings.HasSuffix(e.o.field("serviceName"), ".s3") {
			n.Says = append(n.Says, "through the VPC's "+strings.ToLower(e.o.field("vpcEndpointType"))+" endpoint")
		}
	}
	return n
}

// aside counts what stands outside the VPC.
func (c *composed) aside() []Node {
	var images []string
	for _, t := range c.kind("TaskDefinition") {
		var containers []struct{ Image string }
		if err := json.Unmarshal([]byte(t.o.field("containerDefinitions")), &containers); err != nil {
			continue // a test compares the picture with what it should be
		}
		for _, container := range containers {
			if _, rest, ok := strings.Cut(container.Image, ".amazonaws.com/"); ok {
				if repository, _, _ := strings.Cut(rest, ":"); !slices.Contains(images, repository) {
					images = append(images, repository)
				}
			}
		}
	}
	slices.Sort(images)
	whose := "of another claim"
	if len(c.kind("Repository")) > 0 {
		whose = "of this claim"
	}
	emails := len(c.kind("TopicSubscription"))
	secrets := []string{count(float64(len(c.awsSecrets())), "secret")}
	for _, o := range c.kind("Cluster") {
		if o.o.at("spec.forProvider.manageMasterUserPassword") == true {
			secrets = append(secrets, "and "+o.name+"'s, which RDS keeps")
		}
	}
	return []Node{
		{Title: "ECR", Says: append(images, whose)},
		{Title: "Secrets Manager", Says: secrets},
		{Title: "CloudWatch", Says: []string{
			count(float64(len(c.kind("MetricAlarm"))), "alarm") + " to SNS, " + count(float64(emails), "e-mail address"),
			count(float64(len(c.kind("Dashboard"))), "dashboard") + ", " + count(float64(len(c.kind("Group"))), "log group"),
		}},
		{Title: "KMS, AWS Backup", Says: []string{count(float64(len(c.kind("Key"))), "key"), count(float64(len(c.kind("Vault"))), "vault") + " of ClickHouse's backups"}},
	}
}

func (c *composed) awsSecrets() []composedObject {
	return slices.DeleteFunc(c.kind("Secret"), func(n composedObject) bool { return !strings.HasPrefix(n.o.text("apiVersion"), "secretsmanager.") })
}

// links are the rules of a kind: what the group of an ingress rule may be reached by, that of an egress rule may reach.
func (c *composed) links(kind string) []Link {
	var out []Link
	for _, rule := range c.kind(kind) {
		group := strings.TrimPrefix(rule.o.text("spec.forProvider.securityGroupIdRef.name"), c.name+"-")
		other := rule.o.field("cidrIpv4")
		if other == "" {
			other = strings.TrimPrefix(rule.o.text("spec.forProvider.referencedSecurityGroupIdRef.name"), c.name+"-")
		}
		l := Link{From: other, To: group, Port: "all"}
		if kind == "SecurityGroupEgressRule" {
			l.From, l.To = group, other
		}
		if from, ok := rule.o.at("spec.forProvider.fromPort").(float64); ok {
			l.Port = fmt.Sprint(from)
			if to := rule.o.at("spec.forProvider.toPort"); to != from {
				l.Port += fmt.Sprintf(" to %v", to)
			}
		}
		out = append(out, l)
	}
	return out
}

// Say calls an end of a link as people do.
func (a *Architecture) Say(end string) string {
	if !strings.HasPrefix(end, "sg-") {
		if end == "0.0.0.0/0" {
			return "anywhere"
		}
		return end
	}
	var out []string
	for _, n := range a.Nodes() {
		if slices.Equal(n.Groups, []string{end}) || slices.Contains(n.Groups, end) && !slices.Contains(a.shared(), end) {
			out = append(out, n.Title)
		}
	}
	if slices.Contains(a.shared(), end) {
		return "every service"
	}
	return strings.Join(out, ", ")
}

// groups are the security groups that a resource refers to.
func (c *composed) groups(o object) []string {
	var out []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				name, _ := v[key].(string)
				if group, ok := strings.CutPrefix(name, c.name+"-"); ok && key == "name" && c.resources[group].text("kind") == "SecurityGroup" {
					out = append(out, group)
				}
				walk(v[key])
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(o.at("spec.forProvider"))
	return out
}

// A composedObject has its name in the composition.
type composedObject struct {
	name string
	o    object
}

// kind lists the resources of a kind by name.
func (c *composed) kind(kind string) []composedObject {
	var out []composedObject
	for _, name := range slices.Sorted(maps.Keys(c.resources)) {
		if c.resources[name].text("kind") == kind {
			out = append(out, composedObject{name: name, o: c.resources[name]})
		}
	}
	return out
}

func (c *composed) one(kind string) object { return c.kind(kind)[0].o }

// byName is the resource of a Kubernetes name.
func (c *composed) byName(name string) object {
	return c.resources[strings.TrimPrefix(name, c.name+"-")]
}

func objects(in map[string]*structpb.Struct) map[string]object {
	out := make(map[string]object, len(in))
	for name, o := range in {
		out[name] = o.AsMap()
	}
	return out
}

// at is what is at a path, such as spec.forProvider.name.
func (o object) at(path string) any {
	var v any = map[string]any(o)
	for step := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

func (o object) text(path string) string {
	s, _ := o.at(path).(string)
	return s
}

func (o object) field(name string) string { return o.text("spec.forProvider." + name) }

func (o object) externalName() string {
	annotations, _ := o.at("metadata.annotations").(map[string]any)
	name, _ := annotations["crossplane.io/external-name"].(string)
	return name
}

// list is a list of objects at a path. An object is taken for a list of one.
func (o object) list(path string) []object {
	var out []object
	switch v := o.at(path).(type) {
	case []any:
		for _, e := range v {
			m, _ := e.(map[string]any)
			out = append(out, m)
		}
	case map[string]any:
		out = append(out, v)
	}
	return out
}

func texts(v any) []string {
	var out []string
	list, _ := v.([]any)
	for _, e := range list {
		s, _ := e.(string)
		out = append(out, s)
	}
	return out
}

// count says a number of things.
func count(n any, thing string) string {
	if n == float64(1) {
		return "1 " + thing
	}
	if n == float64(0) || n == nil {
		return "no " + thing
	}
	if strings.HasSuffix(thing, "s") {
		thing += "e"
	}
	return fmt.Sprintf("%v %ss", n, thing)
}
