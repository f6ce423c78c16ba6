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

const backupVault = "backup-vault"

// vaultKey is the ARN of the key of a vault that an earlier platform of this name left behind, with its key. AWS does not change a
// vault's key, and the backups in it are encrypted with it. It is empty if the vault has this platform's key.
func vaultKey(s *layer.Scope) string {
	vault := s.Observe(backupVault)
	if own, known := keyARN(s); known {
		if has, _ := vault.String("kmsKeyArn"); has != own {
			return has
		}
		return ""
	}
	if _, refers := vault.Parameter("kmsKeyArnRef.name"); refers {
		return ""
	}
	has, _ := vault.Parameter("kmsKeyArn")
	return has
}

func backupName(p *platform.Platform) string {
	return p.AWSName(platform.ClickHouse, platform.MaxBackup)
}

// addBackup composes the daily backup of ClickHouse's volume. The volume is chosen by its tag, so that one that replaces
// it is backed up too. (R-CH-3)
func addBackup(s *layer.Scope) {
	p := s.Platform
	name := backupName(p)

	// A vault cannot be deleted before its backups, which end by themselves. What keeps data keeps both.
	vault := backup.VaultParameters{ForceDestroy: new(!p.KeepsData())}
	if key := vaultKey(s); key != "" {
		vault.KMSKeyARN = new(key)
	} else {
		vault.KMSKeyARNRef = s.Ref(platform.Key)
	}
	s.Add(backupVault, &backup.Vault{ForProvider: vault}, layer.ExternalName(name), layer.OrphanIf(p.KeepsData()))

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
