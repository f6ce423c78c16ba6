package kinds

var elbv2LBListener = Facts{
	ID: named, ARN: "arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{id}", Import: "{arn}", Price: free, DataAfterDelete: noData,
	Adopt:    &Adoption{Form: "its ARN", Prefix: elbARN},
	OnDelete: &Deletion{Impact: Impact{"the load balancer answers on port %v no more", true, AtOnce, "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/delete-listener.html"}, Of: "port"},
	OnUpdate: map[string]Impact{
		"defaultAction":  {"requests that no rule matches get another answer, such as from another target group", true, AtOnce, listenerUpdate},
		"certificateArn": {"clients get another certificate: those that ask for a name that it is not for refuse it", true, AtOnce, listenerCertificate},
		"sslPolicy":      {"clients that speak no protocol or cipher of the other policy cannot connect", true, AtOnce, listenerCertificate},
		"port":           {"the load balancer no longer answers on the former port", true, AtOnce, listenerUpdate},
		"protocol":       {"clients that speak the former protocol cannot connect", true, AtOnce, listenerUpdate},
	},
}

const (
	listenerUpdate      = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html"
	listenerCertificate = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-certificates.html"
)
