package data

import (
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/backup"
	"github.com/morket-io/platform/internal/aws/iam"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// tagBackup marks what is backed up. Its value is the platform's own, so that two platforms of an account leave each
// other's volumes alone.
const tagBackup = "Backup"

// Minutes in which a backup has to begin, and to end.
const (
	backupStart      = 60
	backupCompletion = 180
)

func backupName(p *platform.Platform) string {
	return p.AWSName(platform.ClickHouse, platform.MaxBackup)
}

// addBackup composes the daily backup of ClickHouse's volume. The volume is chosen by its tag, so that one that replaces
// it is backed up too. (R-CH-3)
func addBackup(s *layer.Scope) {
	p := s.Platform
	name := backupName(p)

	// A vault cannot be deleted before its backups, which end by themselves. What keeps data keeps both.
	s.Add("backup-vault", &backup.Vault{ForProvider: backup.VaultParameters{
		KMSKeyARNRef: s.Ref(platform.Key),
		ForceDestroy: new(!p.KeepsData()),
	}}, layer.ExternalName(name), layer.OrphanIf(p.KeepsData()))

	s.Add("backup-plan", &backup.Plan{ForProvider: backup.PlanParameters{
		Name: new(name),
		Rule: []backup.PlanRule{{
			RuleName:          new("daily"),
			TargetVaultName:   new(name),
			Schedule:          new("cron(0 3 * * ? *)"),
			StartWindow:       new(float64(backupStart)),
			CompletionWindow:  new(float64(backupCompletion)),
			Lifecycle:         &backup.PlanRuleLifecycle{DeleteAfter: new(float64(*p.Data.ClickHouse.BackupRetentionDays))},
			RecoveryPointTags: platform.WithName(p.Tags, name),
		}},
	}})

	role := p.GlobalName("backup", platform.MaxRole)
	s.Add("backup-role", &iam.Role{ForProvider: iam.RoleParameters{
		Description: new("Backs up the data of " + p.Prefix),
		AssumeRolePolicy: aws.NewPolicy(aws.Statement{
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"backup.amazonaws.com"}},
			Action:    []string{"sts:AssumeRole"},
		}).JSON(),
	}}, layer.ExternalName(role))
	s.Add("backup-role-policy", &iam.RolePolicyAttachment{ForProvider: iam.RolePolicyAttachmentParameters{
		RoleRef:   s.Ref("backup-role"),
		PolicyARN: new("arn:" + platform.Partition + ":iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"),
	}})

	s.Add("backup-selection", &backup.Selection{ForProvider: backup.SelectionParameters{
		Name:          new(name),
		PlanIDRef:     s.Ref("backup-plan"),
		IAMRoleARNRef: s.Ref("backup-role"),
		SelectionTag:  []backup.SelectionSelectionTag{{Type: new("STRINGEQUALS"), Key: new(tagBackup), Value: new(name)}},
	}})
}
