package observability

import (
	"github.com/morket-io/platform/internal/dashboard"
	"github.com/morket-io/platform/internal/monitoring"
	"github.com/morket-io/platform/internal/platform"
)

// day is a day's seconds.
const day = 24 * 60 * 60

// backups watches what nobody looks at before it is needed: backup jobs that fail, and certificates that are not renewed. (R-MON-5)
func backups(p *platform.Platform, observed monitoring.Lookup) monitoring.Section {
	of := func(id, name string) monitoring.Metric {
		return monitoring.Metric{ID: id, Namespace: "AWS/Backup", Name: name, Stat: "Sum", Dimensions: []dashboard.Dimension{
			{Name: "BackupVaultName", Value: p.AWSName(platform.ClickHouse, platform.MaxBackup)},
		}}
	}
	failed := monitoring.Alarm{
		Resource: "backup", Metric: "failed",
		Subject: "Number of backup jobs of ClickHouse's volume that failed, expired or were aborted", Limit: "0",
		Meaning:   "There is no backup of that day; the ones before are kept as long as before. No data means no failed job.",
		FirstStep: "read the job's message in AWS Backup, then start a backup by hand. A first backup of a large volume may take longer than its three hours.",
		Metrics:   []monitoring.Metric{of("failed", "NumberOfBackupJobsFailed"), of("expired", "NumberOfBackupJobsExpired"), of("aborted", "NumberOfBackupJobsAborted")},
		Expressions: []monitoring.Expression{
			{ID: "lost", Formula: "SUM([FILL(failed, 0), FILL(expired, 0), FILL(aborted, 0)])", Label: "backup jobs that failed"},
		},
		Above: true, Threshold: 0, Period: 3600, EvaluationPeriods: 1, DatapointsToAlarm: 1, MissingData: monitoring.NotBreaching,
	}
	jobs := monitoring.Graph{Title: "Backup jobs that failed", Axis: "jobs", Period: day}
	for _, m := range failed.Metrics {
		jobs.Draw(m, m.ID)
	}
	out := monitoring.Section{Title: "Backups and certificates", Alarms: []monitoring.Alarm{failed}, Graphs: []monitoring.Graph{jobs}}
	if p.Domain == nil {
		return out
	}
	ends := monitoring.Graph{Title: "Days until certificates end", Axis: "days"}
	watch := func(a monitoring.Alarm, label string) {
		out.Alarms = append(out.Alarms, a)
		ends.Watch(&a, label)
	}
	watch(certificate("alb", "the load balancer", "listener-https", observed("listener-https", "certificateArn")), "load balancer")
	if p.Region == cloudFrontRegion {
		watch(certificate("cdn", "CloudFront", "cdn", observed("cdn", "viewerCertificate.acmCertificateArn")), "CloudFront")
	}
	out.Graphs = append(out.Graphs, ends)
	return out
}

// cloudFrontRegion has CloudFront's certificates, and CloudWatch's alarms see no other region than their own.
const cloudFrontRegion = "us-east-1"

// renewalDays is how many days before its end a certificate is late: ACM begins to renew 45 or 60 days before.
const renewalDays = 30

// certificate watches a certificate by the resource that uses it, no matter who requested it.
func certificate(of, user, resource, arn string) monitoring.Alarm {
	return monitoring.Alarm{
		Resource: "certificate", Instance: of, AnyInstance: "<user>", Metric: "expiry",
		Subject: "Number of days until the certificate ends of", Limit: "30",
		Meaning:   "ACM should have renewed the certificate that " + user + " uses by now. When it ends, browsers refuse the site and the API.",
		FirstStep: "look at the certificate in ACM: it is renewed while the validation records are in DNS; an imported one you have to import again.",
		Metrics: []monitoring.Metric{{Namespace: "AWS/CertificateManager", Name: "DaysToExpiry", Stat: "Minimum", Dimensions: []dashboard.Dimension{
			{Name: "CertificateArn", Value: arn},
		}}},
		Threshold: renewalDays, Period: day, EvaluationPeriods: 1, DatapointsToAlarm: 1, MissingData: monitoring.Unknown,
		Needs: resource, WaitingFor: "the certificate's ARN",
	}
}
