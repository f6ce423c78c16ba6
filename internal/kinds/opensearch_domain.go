package kinds

var opensearchDomain = Facts{
	ID: named, ARN: "arn:aws:es:{region}:{account}:domain/{name}", Import: "{domainName}", OnDelete: onlyItself,
	Adopt: &Adoption{Form: "the domain's ARN", Prefix: "arn:aws:es:", Keeps: []string{"domainName"}},
	OnUpdate: map[string]Impact{
		"clusterConfig": {blueGreen, false, AtOnce, searchChange},
		"engineVersion": {"the domain is upgraded by a second set of nodes; it answers, but an upgrade cannot be taken back", false, AtOnce, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/version-migration.html"},
		"ebsOptions":    {"other volumes may need a second set of nodes: it answers, but more slowly, for up to hours; smaller ones must have room for the data", false, AtOnce, searchChange},
		"advancedSecurityOptions.masterUserOptions.masterUserPasswordSecretRef": {"the former password is refused at once: services that have it are shut out until their tasks are replaced", true, AtOnce, "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html"},
		"advancedSecurityOptions.enabled":                                       {blueGreen, false, AtOnce, searchChange},
	},
	Replaces: map[string]Condition{
		"advancedSecurityOptions.enabled": {switchedOff, "it is switched off"},
		"encryptAtRest.enabled":           {switchedOff, "it is switched off"},
		"nodeToNodeEncryption.enabled":    {switchedOff, "it is switched off"},
		// The provider asks AWS which versions it upgrades to. None of them is older.
		"engineVersion": {older, "domains are upgraded only"},
		"ipAddressType": {func(c Change) bool { return c.Old == "dualstack" }, "a domain does not go back from dualstack"},
	},
	DataAfterDelete: []Outcome{{"", "its indices are lost"}},
	Price: func(b *Bill, _ string, p Parameters) {
		c, _ := p["clusterConfig"].(map[string]any)
		config := Parameters(c)
		nodes := config.Number("instanceCount")
		b.instances("OpenSearch", "openSearch", config.Text("instanceType"), nodes)
		if config["dedicatedMasterEnabled"] == true {
			b.instances("OpenSearch", "openSearch", config.Text("dedicatedMasterType"), config.Number("dedicatedMasterCount"))
		}
		size, _ := p.At("ebsOptions", "volumeSize").(float64)
		b.Items["OpenSearch volumes"] += nodes * size * b.OpenSearchGP3GBMonth
	},
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"endpoint": "vpc-" + id + ".es.amazonaws.com"}
	},
}

const (
	searchChange = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-configuration-changes.html"

	// blueGreen is how OpenSearch makes larger changes.
	blueGreen = "a second set of nodes may be made and the data copied: it answers, but more slowly, for up to hours; no other change is taken meanwhile"
)
