package kinds

var ec2EBSVolume = Facts{
	ID: hexadecimal("vol-"), ARN: anARN, Import: "{id}", Adopt: byID, OnDelete: onlyItself,
	OnUpdate: map[string]Impact{
		"size":       {"the volume grows while it is used; it can be changed again after six hours, and never shrinks", false, AtOnce, ebsModify},
		"iops":       volumeChange,
		"throughput": volumeChange,
		"type":       volumeChange,
	},
	Refuses: map[string]Condition{"size": {
		func(c Change) bool { return c.New != nil && number(c.New) < number(c.Old) },
		"AWS does not make it smaller: EBS volumes only grow",
	}},
	DataAfterDelete: []Outcome{{"finalSnapshot", "its data goes into a snapshot"}, {"", "its data is lost"}},
	Price: func(b *Bill, _ string, p Parameters) {
		b.Items["ClickHouse volumes"] += p.Number("size")*b.GP3GBMonth +
			max(0, p.Number("iops")-3000)*b.GP3IOPSMonth + max(0, p.Number("throughput")-125)*b.GP3ThroughputMonth
	},
}

const ebsModify = "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modify-volume.html"

var volumeChange = Impact{"the volume is changed while it is used; it can be changed again after six hours", false, AtOnce, ebsModify}
