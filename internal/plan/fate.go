package plan

import (
	"fmt"
	"slices"
)

// fate is what becomes of the data of a resource that is deleted, empty if it holds none. It is the resource as it is that
// decides, not as it would be.
func (o resource) fate() string {
	if o.kind == "SecretVersion.secretsmanager.aws.upbound.io" {
		return "" // is the secret's former value until the next one, and goes with the secret
	}
	if o.orphaned() {
		return "stays in AWS as it is, and nothing manages it any more"
	}
	is := func(name string) bool { return o.parameters[name] == true || o.parameters[name] == "true" }
	switch o.kind {
	case "Cluster.rds.aws.upbound.io":
		switch {
		case is("deletionProtection"):
			return "AWS refuses: it is protected against deletion"
		case is("skipFinalSnapshot"):
			return "its data is lost, and its automated backups too"
		default:
			return fmt.Sprintf("its data goes into the snapshot %v", o.parameters["finalSnapshotIdentifier"])
		}
	case "ReplicationGroup.elasticache.aws.upbound.io":
		if id := o.parameters["finalSnapshotIdentifier"]; id != nil {
			return fmt.Sprintf("its data goes into the snapshot %v", id)
		}
		return "its data is lost"
	case "EBSVolume.ec2.aws.upbound.io":
		if is("finalSnapshot") {
			return "its data goes into a snapshot"
		}
		return "its data is lost"
	case "Broker.mq.aws.upbound.io":
		return "its queues are lost, with the messages in them"
	case "Domain.opensearch.aws.upbound.io":
		return "its indices are lost"
	case "Bucket.s3.aws.upbound.io":
		if is("forceDestroy") {
			return "every object in it is lost"
		}
		return "AWS refuses while there are objects in it"
	case "Repository.ecr.aws.upbound.io":
		if is("forceDelete") {
			return "every image in it is lost"
		}
		return "AWS refuses while there are images in it"
	case "Vault.backup.aws.upbound.io":
		if is("forceDestroy") {
			return "every backup in it is lost"
		}
		return "AWS refuses while there are backups in it"
	case "Group.cloudwatchlogs.aws.upbound.io":
		return "its logs are lost"
	case "Secret.secretsmanager.aws.upbound.io":
		if days, ok := o.parameters["recoveryWindowInDays"].(float64); ok && days > 0 {
			return fmt.Sprintf("can be restored for %g days", days)
		}
		return "its value is lost at once"
	case "Key.kms.aws.upbound.io":
		days, ok := o.parameters["deletionWindowInDays"].(float64)
		if !ok {
			days = 30
		}
		return fmt.Sprintf("whatever it encrypted cannot be read any more after %g days, until which the deletion can be cancelled", days)
	case "Instance.ec2.aws.upbound.io":
		return "what is on its root volume is lost; other volumes stay"
	case "Secret":
		return "its values are lost"
	default:
		return ""
	}
}

// orphaned says whether a resource stays in AWS when its managed resource is deleted. Management policies that are not the
// default are what counts, and deletionPolicy otherwise (crossplane-runtime, LegacyManagementPoliciesResolver.ShouldDelete).
func (o resource) orphaned() bool {
	if policies, ok := o.rest["managementPolicies"].([]any); ok && !slices.Equal(policies, []any{"*"}) {
		return !slices.Contains(policies, any("Delete"))
	}
	return o.rest["deletionPolicy"] == "Orphan"
}
