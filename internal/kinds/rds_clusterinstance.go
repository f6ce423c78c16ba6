package kinds

var rdsClusterInstance = Facts{
	ID: named, ARN: anARN, Import: "{external-name}", Adopt: &Adoption{Form: "the instance's identifier"}, DataAfterDelete: noData,
	OnUpdate: map[string]Impact{
		"instanceClass":              {"the instance restarts; if it is the writer, Aurora fails over to a reader in about half a minute, and without readers it is away for minutes", true, InWindow, auroraModify},
		"caCertIdentifier":           {"the instance may restart, which takes minutes", true, InWindow, auroraModify},
		"performanceInsightsEnabled": {"the instance goes on meanwhile", false, AtOnce, auroraModify},
	},
	OnDelete: &Deletion{Impact: Impact{"connections to it break; if it is the writer, Aurora fails over to another", true, AtOnce, auroraModify}},
	Price:    func(b *Bill, _ string, p Parameters) { b.instances("Aurora", "aurora", p.Text("instanceClass"), 1) },
	Answer: func(id string, _ Parameters) map[string]any {
		return map[string]any{"endpoint": id + ".c0ffee.rds.amazonaws.com"}
	},
}

const auroraModify = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html"
