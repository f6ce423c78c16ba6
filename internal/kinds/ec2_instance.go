package kinds

import "strings"

var ec2Instance = Facts{
	ID: hexadecimal("i-"), ARN: anARN, Import: "{id}", Adopt: ofEarlier(), OnDelete: onlyItself,
	OnUpdate: map[string]Impact{"instanceType": restartsClickHouse, "userData": restartsClickHouse},
	Replaces: map[string]Condition{
		"enablePrimaryIpv6": {switchedOff, "it is switched off"},
		// The provider asks AWS which processors both types have.
		"instanceType":           {otherProcessor, "Graviton and x86 run different software"},
		"ipv6Addresses":          {always, "an instance keeps its addresses"},
		"launchTemplate.version": {always, "an instance stays what it was launched as"},
		"userData":               {replacesOnUserData, "userDataReplaceOnChange is set"},
		"userDataBase64":         {replacesOnUserData, "userDataReplaceOnChange is set"},
	},
	DataAfterDelete: []Outcome{{"", "what is on its root volume is lost; other volumes stay"}},
	Price: func(b *Bill, _ string, p Parameters) {
		b.instances("ClickHouse", "ec2", p.Text("instanceType"), 1)
	},
	Answer: func(string, Parameters) map[string]any { return map[string]any{"privateIp": "10.0.128.10"} },
}

var restartsClickHouse = Impact{"the instance is stopped and started: ClickHouse is away for minutes", true, AtOnce, "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html"}

func replacesOnUserData(c Change) bool { return set(c.After["userDataReplaceOnChange"]) }

func otherProcessor(c Change) bool { return graviton(text(c.Old)) != graviton(text(c.New)) }

// graviton reports whether an instance type has an ARM processor: AWS marks it by a g after the generation.
func graviton(instanceType string) bool {
	family, _, _ := strings.Cut(instanceType, ".")
	i := strings.IndexAny(family, "0123456789")
	return i > 0 && strings.Contains(family[i:], "g") || strings.HasPrefix(family, "a1")
}
