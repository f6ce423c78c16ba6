package data

import (
	"github.com/morket-io/platform/apis/v1alpha1"
	"github.com/morket-io/platform/internal/aws"
	"github.com/morket-io/platform/internal/aws/iam"
	"github.com/morket-io/platform/internal/aws/opensearch"
	"github.com/morket-io/platform/internal/layer"
	"github.com/morket-io/platform/internal/platform"
)

// snapshotHour is when the daily snapshot would be taken, UTC. The domains of today take one every hour and ignore it.
const snapshotHour = 2

// addOpenSearch composes the search domain, in the VPC, over two zones if it has more than one node. (R-OS-1)
func addOpenSearch(s *layer.Scope) {
	p := s.Platform
	o, store := &p.Data.OpenSearch, p.Store(platform.OpenSearch)
	name := p.NameOf(store.Name, store.AWSName)

	if *o.CreateServiceLinkedRole {
		// An account has it once: whoever made it leaves it to the others.
		s.Add("opensearch-role", &iam.ServiceLinkedRole{ForProvider: iam.ServiceLinkedRoleParameters{
			AWSServiceName: new("opensearchservice.amazonaws.com"),
		}}, layer.ManagementPolicies("Create", "Observe", "LateInitialize"), layer.OrphanIf(true))
	}

	cluster, zones := searchNodes(o)
	secret, ok := password(s, &store.Credential)
	if s.Gate(store.Name, ok, "OpenSearch's password") {
		s.Add(store.Name, &opensearch.Domain{ForProvider: opensearch.DomainParameters{
			DomainName:           &name,
			EngineVersion:        o.EngineVersion,
			ClusterConfig:        cluster,
			EBSOptions:           &opensearch.DomainEBSOptions{EBSEnabled: new(true), VolumeType: new("gp3"), VolumeSize: new(float64(*o.VolumeSizeGiB))},
			EncryptAtRest:        &opensearch.DomainEncryptAtRest{Enabled: new(true), KMSKeyIDRef: s.Ref(platform.Key)},
			NodeToNodeEncryption: &opensearch.DomainNodeToNodeEncryption{Enabled: new(true)},
			DomainEndpointOptions: &opensearch.DomainDomainEndpointOptions{
				EnforceHTTPS:      new(true),
				TLSSecurityPolicy: new("Policy-Min-TLS-1-2-PFS-2023-10"),
			},
			AdvancedSecurityOptions: &opensearch.DomainAdvancedSecurityOptions{
				Enabled:                     new(true),
				InternalUserDatabaseEnabled: new(true),
				MasterUserOptions: &opensearch.DomainAdvancedSecurityOptionsMasterUserOptions{
					MasterUserName:              &store.Credential.Username,
					MasterUserPasswordSecretRef: secret,
				},
			},
			// A second node brings a second zone, for which AWS wants its subnet.
			VPCOptions:      &opensearch.DomainVPCOptions{SubnetIDRefs: followedSubnets(s, zones), SecurityGroupIDRefs: securityGroup(s, store)},
			SnapshotOptions: &opensearch.DomainSnapshotOptions{AutomatedSnapshotStartHour: new(float64(snapshotHour))},
		}}, layer.IrreplaceableIf(p.Protected()))
	}

	// A policy cannot name security groups, and the master user comes with a password and not with an AWS identity: who
	// may connect is the security group's business, who may do what the domain's own.
	s.Add("opensearch-policy", &opensearch.DomainPolicy{ForProvider: opensearch.DomainPolicyParameters{
		DomainNameRef: s.Ref(store.Name),
		AccessPolicies: aws.NewPolicy(aws.Statement{
			Sid:       "ConnectWithPassword",
			Effect:    aws.Allow,
			Principal: &aws.Principal{AWS: []string{"*"}},
			Action:    []string{"es:ESHttp*"},
			Resource:  []string{p.ARN("es", "domain/"+name+"/*")},
		}).JSON(),
	}}, layer.OrphanIf(p.Protected()))
}

// searchNodes returns the nodes that a domain has, and over how many zones.
func searchNodes(o *v1alpha1.OpenSearch) (cluster *opensearch.DomainClusterConfig, zones int) {
	zones = 1
	cluster = &opensearch.DomainClusterConfig{
		InstanceType:           o.InstanceType,
		InstanceCount:          new(float64(*o.Nodes)),
		DedicatedMasterEnabled: o.DedicatedMasters,
		ZoneAwarenessEnabled:   new(*o.Nodes > 1),
	}
	if *o.Nodes > 1 {
		zones = 2
		cluster.ZoneAwarenessConfig = &opensearch.DomainClusterConfigZoneAwarenessConfig{AvailabilityZoneCount: new(2.0)}
	}
	if *o.DedicatedMasters {
		cluster.DedicatedMasterType = o.MasterInstanceType
		cluster.DedicatedMasterCount = new(3.0)
	}
	return cluster, zones
}
