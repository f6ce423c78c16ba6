package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGoName(t *testing.T) {
	cases := map[string]struct {
		reason string
		want   string
	}{
		"name":                                 {reason: "Should capitalise one word", want: "Name"},
		"vpcIdRef":                             {reason: "Should keep initialisms in capitals, next to each other too", want: "VPCIDRef"},
		"cidrBlock":                            {reason: "Should know an initialism at the start", want: "CIDRBlock"},
		"enableDnsSupport":                     {reason: "Should know an initialism in the middle", want: "EnableDNSSupport"},
		"kmsKeyId":                             {reason: "Should know an initialism at the end", want: "KMSKeyID"},
		"dbSubnetGroupNameRef":                 {reason: "Should know DB", want: "DBSubnetGroupNameRef"},
		"cidrIpv4":                             {reason: "Should keep the small v of IPv4", want: "CIDRIPv4"},
		"iamRoleArnRef":                        {reason: "Should know IAM and ARN", want: "IAMRoleARNRef"},
		"subnetIds":                            {reason: "Should keep the small s of a plural", want: "SubnetIDs"},
		"validationRecordFqdns":                {reason: "Should keep the small s of a plural", want: "ValidationRecordFQDNs"},
		"secondaryIpsAutoAssigned":             {reason: "Should keep the small s of a plural in the middle", want: "SecondaryIPsAutoAssigned"},
		"enableResourceNameDnsARecordOnLaunch": {reason: "Should read a one-letter word after an initialism", want: "EnableResourceNameDNSARecordOnLaunch"},
		"enableResourceNameDnsAaaaRecordOnLaunch": {reason: "Should know the DNS record type", want: "EnableResourceNameDNSAAAARecordOnLaunch"},
		"enableHttp2":                      {reason: "Should know an initialism with a number", want: "EnableHTTP2"},
		"cloudwatchLogGroupArn":            {reason: "Should write CloudWatch as AWS does", want: "CloudWatchLogGroupARN"},
		"cloudWatchLogGroupName":           {reason: "Should write CloudWatch the same whatever the provider does", want: "CloudWatchLogGroupName"},
		"serverlessv2ScalingConfiguration": {reason: "Should part a version from its word", want: "ServerlessV2ScalingConfiguration"},
		"baselineEbsBandwidthMbps":         {reason: "Should not take a word that starts like an initialism for one", want: "BaselineEBSBandwidthMbps"},
		"idle":                             {reason: "Should not take a word that starts like an initialism for one", want: "Idle"},
		"delayAfterPolicyCreationInMs":     {reason: "Should not take a word that ends in s for a plural of an initialism", want: "DelayAfterPolicyCreationInMs"},
		"awsPcaAuthorityArn":               {reason: "Should know initialisms in a row", want: "AWSPCAAuthorityARN"},
	}
	for json, tc := range cases {
		t.Run(json, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, goName(json)); diff != "" {
				t.Errorf("\n%s\ngoName(%q): -want, +got:\n%s", tc.reason, json, diff)
			}
		})
	}
}
