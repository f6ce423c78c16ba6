package terraform

const (
	unread = "the mock does not tell it"
	state  = "Terraform writes it into its state only"
)

// onlyTerraforms are the arguments that the plan of an import updates, and why.
var onlyTerraforms = map[string]string{
	"aws_lb_listener.default_action":                           "the mock tells stickiness that nobody asked for",
	"aws_rds_cluster.enable_global_write_forwarding":           state,
	"aws_rds_cluster.enable_local_write_forwarding":            state,
	"aws_rds_cluster.manage_master_user_password":              state,
	"aws_rds_cluster.scaling_configuration":                    "the mock tells an empty one",
	"aws_secretsmanager_secret.force_overwrite_replica_secret": state,
	"aws_secretsmanager_secret.recovery_window_in_days":        state,
	"aws_vpc_security_group_egress_rule.description":           unread,
	"aws_vpc_security_group_ingress_rule.description":          unread,
}

// updates are the calls of the import that change something: what the mock does not tell is sent once more.
var updates = []string{"ec2 ModifySecurityGroupRules", "elasticloadbalancing ModifyListener", "rds ModifyDBCluster"}

// stays are the arguments that a plan after the import still updates, and why.
var stays = map[string]string{
	"aws_lb_listener.default_action":                  "the mock tells stickiness that nobody asked for",
	"aws_rds_cluster.scaling_configuration":           "the mock tells an empty one",
	"aws_vpc_security_group_egress_rule.description":  unread,
	"aws_vpc_security_group_ingress_rule.description": unread,
}

// replaced are the resources that cannot be imported on this mock, and why: the plan would replace them.
var replaced = map[string]string{
	"aws_nat_gateway": "seen on this mock, which tells no address of it; the cause is not known",
}

// unmatched are the kinds of which morket adopt proposes none: they are listed as not matched, and their names are written by hand.
var unmatched = []string{"SecurityGroupIngressRule", "SecurityGroupEgressRule", "LBListenerRule", "VPCEndpointRouteTableAssociation"}
