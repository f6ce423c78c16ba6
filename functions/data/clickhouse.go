package data

import (
	"strconv"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/morket-io/platform/functions/data/userdata"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/ec2"
	"github.com/morket-io/platform/internal/aws/iam"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

const (
	// clickHouseImage is the newest Amazon Linux 2023, as EC2 looks it up when an instance is launched.
	clickHouseImage = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
	// clickHouseDevice is how EC2 calls the data volume; the instance finds it by its id.
	clickHouseDevice = "/dev/sdf"
	// clickHouseRootGiB is the size of the root volume: system, packages and logs.
	clickHouseRootGiB = 30
)

// addClickHouse composes the analytics database: an instance out of a launch template, and a data volume that outlives
// it. (R-CH-1 … R-CH-3)
func addClickHouse(s *layer.Scope) {
	addClickHouseRole(s)
	addClickHouseVolume(s)
	addClickHouseTemplate(s)
	addClickHouseInstance(s)
	keepClickHouseTemplate(s)
	addClickHouseAttachment(s)
}

// addClickHouseRole lets the instance read its password, and people reach it through Systems Manager instead of SSH.
func addClickHouseRole(s *layer.Scope) {
	p := s.Platform
	name := clickHouseRole(p)
	s.Add("clickhouse-role", &iam.Role{ForProvider: iam.RoleParameters{
		Description: new("ClickHouse of " + p.Prefix),
		AssumeRolePolicy: aws.NewPolicy(aws.Statement{
			Effect:    aws.Allow,
			Principal: &aws.Principal{Service: []string{"ec2.amazonaws.com"}},
			Action:    []string{"sts:AssumeRole"},
		}).JSON(),
	}}, layer.ExternalName(name))

	s.Add("clickhouse-role-ssm", &iam.RolePolicyAttachment{ForProvider: iam.RolePolicyAttachmentParameters{
		RoleRef:   s.Ref("clickhouse-role"),
		PolicyARN: new("arn:" + platform.Partition + ":iam::aws:policy/AmazonSSMManagedInstanceCore"),
	}})

	if key, ok := keyARN(s); s.Gate("clickhouse-role-policy", ok, "the platform's key") {
		s.Add("clickhouse-role-policy", &iam.RolePolicy{ForProvider: iam.RolePolicyParameters{
			RoleRef: s.Ref("clickhouse-role"),
			Policy: aws.NewPolicy(
				aws.Statement{Sid: "ReadPassword", Effect: aws.Allow, Action: []string{"secretsmanager:GetSecretValue"}, Resource: []string{p.SecretARN(p.Store(platform.ClickHouse).Credential.Name)}},
				aws.Statement{Sid: "DecryptPassword", Effect: aws.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{key}},
			).JSON(),
		}}, layer.ExternalName(name))
	}

	s.Add("clickhouse-profile", &iam.InstanceProfile{ForProvider: iam.InstanceProfileParameters{
		RoleRef: s.Ref("clickhouse-role"),
	}}, layer.ExternalName(name))
}

// clickHouseRole is the name of the instance's role, and of the profile by which the instance has it.
func clickHouseRole(p *platform.Platform) string {
	return p.GlobalName(platform.ClickHouse, platform.MaxRole)
}

func addClickHouseVolume(s *layer.Scope) {
	p := s.Platform
	v := &p.Data.ClickHouse.Volume
	if key, ok := keyARN(s); s.Gate("clickhouse-volume", ok, "the platform's key") {
		s.Add("clickhouse-volume", &ec2.EBSVolume{ForProvider: ec2.EBSVolumeParameters{
			AvailabilityZone: new(p.Zones[0].Name),
			Type:             new("gp3"),
			Size:             new(float64(*v.SizeGiB)),
			IOPS:             new(float64(*v.IOPS)),
			Throughput:       new(float64(*v.ThroughputMiBps)),
			Encrypted:        new(true),
			KMSKeyID:         new(key),
			FinalSnapshot:    new(p.KeepsData()),
			Tags:             map[string]string{tagBackup: backupName(p)},
		}}, layer.IrreplaceableIf(p.Protected()))
	}
}

// addClickHouseTemplate composes what an instance is launched from. It waits for the volume's id, by which the instance
// knows the one disk that it may format.
func addClickHouseTemplate(s *layer.Scope) {
	p := s.Platform
	volume, ok := s.Observe("clickhouse-volume").String("id")
	key, haveKey := keyARN(s)
	if !s.Gate("clickhouse-template", ok && haveKey, "ClickHouse's volume") {
		return
	}
	store := p.Store(platform.ClickHouse)
	tags := platform.WithName(p.Tags, p.AWSName(store.Name, platform.MaxTagValue))
	script := userdata.ClickHouse{VolumeID: volume, Region: p.Region, SecretID: p.SecretName(store.Credential.Name), Version: *p.Data.ClickHouse.Version}
	s.Add("clickhouse-template", &ec2.LaunchTemplate{ForProvider: ec2.LaunchTemplateParameters{
		Name:                   &store.AWSName,
		ImageID:                new(clickHouseImage),
		EBSOptimized:           new("true"),
		UpdateDefaultVersion:   new(true),
		IAMInstanceProfile:     &ec2.LaunchTemplateIAMInstanceProfile{Name: new(clickHouseRole(p))},
		VPCSecurityGroupIDRefs: securityGroup(s, store),
		MetadataOptions: &ec2.LaunchTemplateMetadataOptions{
			HTTPEndpoint: new("enabled"), HTTPTokens: new("required"), HTTPPutResponseHopLimit: new(1.0),
		},
		Monitoring: &ec2.LaunchTemplateMonitoring{Enabled: new(true)},
		BlockDeviceMappings: []ec2.LaunchTemplateBlockDeviceMappings{{
			DeviceName: new("/dev/xvda"),
			EBS: &ec2.LaunchTemplateBlockDeviceMappingsEBS{
				VolumeType: new("gp3"), VolumeSize: new(float64(clickHouseRootGiB)),
				Encrypted: new("true"), KMSKeyID: new(key), DeleteOnTermination: new("true"),
			},
		}},
		TagSpecifications: []ec2.LaunchTemplateTagSpecifications{
			{ResourceType: new("instance"), Tags: tags},
			{ResourceType: new("volume"), Tags: tags},
		},
		UserData: new(script.Base64()),
	}})
}

// addClickHouseInstance composes the instance. It stays on the version of the template that it was launched from: to the
// provider a newer one means another instance, and it would refuse every update of this one.
func addClickHouseInstance(s *layer.Scope) {
	p := s.Platform
	existing := s.Observe(platform.ClickHouse)
	version, ok := launchedFrom(s, existing)
	if !s.Gate(platform.ClickHouse, ok, "ClickHouse's launch template") {
		return
	}
	options := []layer.Option{layer.OrphanIf(p.Protected())}
	// What is set in initProvider alone, the provider does not update. The user data is the template's: the provider would miss
	// it here, stop the instance in the middle of its setup, empty its user data and start it again
	// (hashicorp/terraform-provider-aws#39476).
	initial := &ec2.InstanceParameters{UserData: new("")}
	// Until the provider has noted the instance's id, also of one that takes another's place, it must be let fill in, and the
	// volume is none that the instance is made with.
	if existing.ExternalName() != "" && existing.Ready() {
		// The provider would write the attached volume into the instance's own block devices, and then hold on to the
		// size that it had.
		options = append(options, layer.FillsInNothing())
	}
	if existing.ExternalName() != "" && existing.Ready() || s.OnlyObserved(platform.ClickHouse) {
		// If the attached volume is nowhere in the parameters, provider-aws v2.5.0 panics at every reconcile and changes
		// nothing any more: it looks for the volume's tags in a set that it takes to be there (GetAnyAttr in
		// internal/tags/key_value_tags.go of terraform-provider-aws). It reads the parameters of the reconcile before, so the volume
		// must be there from the first one of an instance that is adopted, or until the provider starts again.
		initial.EBSBlockDevice = []ec2.InstanceEBSBlockDevice{{DeviceName: new(clickHouseDevice)}}
	}
	s.Add(platform.ClickHouse, &ec2.Instance{
		ForProvider: ec2.InstanceParameters{
			SubnetIDRef: s.Ref(p.PrivateSubnets()[0]),
			LaunchTemplate: &ec2.InstanceLaunchTemplate{
				Name:    &p.Store(platform.ClickHouse).AWSName,
				Version: new(version),
			},
			InstanceType:          p.Data.ClickHouse.InstanceType,
			DisableAPITermination: new(p.Protected()),
		},
		InitProvider: initial,
	}, options...)
}

// launchedFrom returns the version of the template that the instance stays on. Of one that is adopted AWS tells it: what its managed
// resource says was written before anybody knew.
func launchedFrom(s *layer.Scope, instance layer.Observed) (string, bool) {
	const field = "launchTemplate.version"
	if s.Adopted(platform.ClickHouse) {
		if version, ok := instance.String(field); ok {
			return version, true
		}
	}
	if version, ok := instance.Parameter(field); ok {
		return version, true
	}
	latest, ok := s.Observe("clickhouse-template").Number("latestVersion")
	if !ok {
		return "", false
	}
	return strconv.FormatFloat(latest, 'f', 0, 64), true
}

// keepClickHouseTemplate has the template deleted after the instance: the provider cannot look at an instance whose template is gone
// ("empty result"), and would never delete it.
func keepClickHouseTemplate(s *layer.Scope) {
	const name = "clickhouse-template-usage"
	if !s.Gate(name, s.Observe(platform.ClickHouse).Exists() && s.Composes("clickhouse-template"), "ClickHouse's instance") {
		return
	}
	ref := func(kind *aws.Kind, resource string) *structpb.Value {
		return fields(map[string]*structpb.Value{
			"apiVersion":  structpb.NewStringValue(kind.APIVersion),
			"kind":        structpb.NewStringValue(kind.Kind),
			"resourceRef": fields(map[string]*structpb.Value{"name": structpb.NewStringValue(s.Ref(resource).Name)}),
		})
	}
	s.AddObject(name, layer.Object{
		APIVersion: "protection.crossplane.io/v1beta1", Kind: "ClusterUsage",
		Fields: map[string]*structpb.Value{"spec": fields(map[string]*structpb.Value{
			"of":             ref(new(ec2.LaunchTemplate).Kind(), "clickhouse-template"),
			"by":             ref(new(ec2.Instance).Kind(), platform.ClickHouse),
			"reason":         structpb.NewStringValue("the provider cannot delete an instance whose launch template is gone"),
			"replayDeletion": structpb.NewBoolValue(true), // whoever collects garbage tries again more and more seldom
		})},
	})
}

// addClickHouseAttachment composes what ties volume and instance together. An attachment cannot be changed, so another
// instance gets another one.
func addClickHouseAttachment(s *layer.Scope) {
	const prefix = "clickhouse-attachment-"
	p := s.Platform
	instance, haveInstance := s.Observe(platform.ClickHouse).String("id")
	volume, haveVolume := s.Observe("clickhouse-volume").String("id")
	existing := s.Observed(prefix)
	if !haveInstance || !haveVolume {
		for _, name := range existing {
			s.Keep(name)
		}
		if len(existing) == 0 {
			s.Wait("clickhouse-attachment", "ClickHouse's instance")
		}
		return
	}
	name := prefix + platform.Hash(instance, volume)
	if s.Observe(platform.ClickHouse).FillsIn() && !s.Adopted(platform.ClickHouse) && !s.Observe(name).Exists() {
		// Crossplane may apply the attachment and fail before it applies the instance.
		for _, other := range existing {
			s.Keep(other)
		}
		s.Wait(name, "ClickHouse's instance to be left alone")
		return
	}
	s.Add(name, &ec2.VolumeAttachment{ForProvider: ec2.VolumeAttachmentParameters{
		DeviceName: new(clickHouseDevice),
		InstanceID: new(instance),
		VolumeID:   new(volume),
		// A file system in use is never torn away.
		StopInstanceBeforeDetaching: new(true),
	}}, layer.OrphanIf(p.Protected()))
}
