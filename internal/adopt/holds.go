package adopt

import (
	"fmt"
	"strings"

	"github.com/morket-io/platform/internal/kinds"
	"github.com/morket-io/platform/internal/platform"
)

// Why the platform takes a store over by no name, and what to do with it.
const (
	otherDatabase = "a database of a kind that the platform does not have: leave it, or move its data into the platform's Aurora cluster"
	otherCache    = "a cache of a kind that the platform does not have: its cache is a replication group of Redis; leave this one, or let it fill again"
	otherSearch   = "a search service of a kind that the platform does not have: leave it, or index again in the platform's OpenSearch domain"
	otherQueue    = "messages of a kind of queue or stream that the platform does not have: leave it, or let it drain before services move"
	files         = "files of a kind that the platform does not have: leave it, or copy them into a bucket"
	copies        = "copies of data: keep them until you are sure of what comes after; the platform makes its own"
	images        = "images: the platform makes repositories of its own; copy those that run"
	traffic       = "it takes traffic, and the platform's load balancer is another kind: move the DNS records when the platform is ready"
	records       = "DNS records: the platform writes its own into the zone that the claim names, and leaves the others alone"
	people        = "accounts of people: leave it"
	lines         = "lines of logs or points of metrics: the platform makes its own beside it"
	disks         = "data may be on its disks: leave it, or move the data"
	within        = "resources in it are not in Terraform's state: look into it for stores"
	values        = "values that something may read: leave it"
	keys          = "keys or certificates: without them, what they encrypt or sign is lost; leave it"
	catalog       = "a catalog or an index of other data: leave it"
	project       = "what people work on: leave it"
)

// unadoptable are Terraform's types that hold data, or take traffic, and that no claim can take over.
var unadoptable = types(map[string]string{
	otherDatabase: `db_instance docdb_cluster docdb_global_cluster docdbelastic_cluster neptune_cluster neptune_global_cluster neptunegraph_graph
		dynamodb_table dynamodb_global_table dynamodb_table_replica dsql_cluster rds_global_cluster redshift_cluster redshiftserverless_namespace
		keyspaces_keyspace keyspaces_table qldb_ledger simpledb_domain timestreamwrite_database timestreamwrite_table timestreaminfluxdb_db_instance
		timestreaminfluxdb_db_cluster lightsail_database finspace_kx_database finspace_kx_cluster odb_cloud_vm_cluster odb_cloud_autonomous_vm_cluster`,
	otherCache: `elasticache_cluster elasticache_serverless_cache elasticache_global_replication_group memorydb_cluster memorydb_multi_region_cluster
		dax_cluster`,
	otherSearch: `opensearchserverless_collection cloudsearch_domain kendra_index s3vectors_index s3vectors_vector_bucket bedrockagent_knowledge_base
		rekognition_collection qbusiness_application`,
	otherQueue: `msk_cluster msk_serverless_cluster msk_topic kinesis_stream kinesis_video_stream sqs_queue`,
	files: `efs_file_system fsx_lustre_file_system fsx_ontap_file_system fsx_ontap_volume fsx_openzfs_file_system fsx_openzfs_volume
		fsx_windows_file_system fsx_file_cache s3_directory_bucket s3control_bucket s3files_file_system s3tables_table_bucket s3tables_table glacier_vault
		lightsail_bucket lightsail_disk storagegateway_cached_iscsi_volume storagegateway_stored_iscsi_volume storagegateway_tape_pool
		storagegateway_gateway media_store_container finspace_kx_volume ebs_volume_copy`,
	copies: `db_snapshot db_snapshot_copy db_cluster_snapshot rds_cluster_snapshot_copy db_instance_automated_backups_replication
		docdb_cluster_snapshot neptune_cluster_snapshot redshift_cluster_snapshot redshiftserverless_snapshot memorydb_snapshot ebs_snapshot
		ebs_snapshot_copy ebs_snapshot_import fsx_backup fsx_openzfs_snapshot backup_vault backup_logically_air_gapped_vault ami ami_copy
		ami_from_instance kinesisanalyticsv2_application_snapshot`,
	images: `ecr_repository ecrpublic_repository codeartifact_repository codeartifact_domain codecommit_repository codecatalyst_source_repository
		imagebuilder_image sagemaker_image sagemaker_image_version lightsail_container_service`,
	traffic: `elb api_gateway_rest_api apigatewayv2_api apprunner_service globalaccelerator_accelerator globalaccelerator_custom_routing_accelerator
		lightsail_lb lightsail_distribution vpclattice_service amplify_app appsync_graphql_api`,
	records: `route53_zone service_discovery_public_dns_namespace service_discovery_http_namespace service_discovery_private_dns_namespace
		lightsail_domain`,
	people: `cognito_user_pool cognito_identity_pool directory_service_directory workspaces_directory workspaces_workspace workspaces_pool
		workmail_domain connect_instance customerprofiles_domain pinpoint_app identitystore_user verifiedpermissions_policy_store`,
	lines: `cloudwatch_log_group cloudtrail_event_data_store prometheus_workspace grafana_workspace securitylake_data_lake detective_graph`,
	disks: `instance spot_instance_request lightsail_instance sagemaker_notebook_instance sagemaker_domain emr_cluster mwaa_environment
		dms_replication_instance transfer_server m2_environment gamelift_fleet`,
	within: `cloudformation_stack cloudformation_stack_set serverlessapplicationrepository_cloudformation_stack elastic_beanstalk_environment
		eks_cluster`,
	values: `ssm_parameter cloudfront_key_value_store appconfig_application`,
	keys: `kms_external_key kms_replica_key kms_replica_external_key kms_custom_key_store cloudhsm_v2_cluster acmpca_certificate_authority
		paymentcryptography_key`,
	catalog: `glue_catalog_database glue_catalog_table athena_database sagemaker_feature_group location_geofence_collection location_tracker`,
	project: `codecatalyst_project datazone_domain datazone_project quicksight_analysis rekognition_project chimesdkvoice_voice_profile_domain`,
})

// types lists each type of the provider aws with its text.
func types(texts map[string]string) map[string]string {
	out := map[string]string{}
	for text, types := range texts {
		for typ := range strings.FieldsSeq(types) {
			out["aws_"+typ] = text
		}
	}
	return out
}

// holding are Terraform's types that hold data and can be adopted.
var holding = func() map[string]bool {
	out := map[string]bool{}
	for _, a := range platform.Adoptables {
		if len(kinds.Of(a.Key).DataAfterDelete) > 0 && !a.Own {
			out[kinds.Terraform(a.Key)] = true
		}
	}
	return out
}()

// holds reports whether a resource holds data or takes traffic, and why no claim can take it over, empty if one can.
func holds(r *Resource) (why string, yes bool) {
	switch why, yes = unadoptable[r.Type]; {
	case yes && r.Type == "aws_elasticache_cluster" && r.text("replication_group_id") != "":
		return "a node of the replication group " + r.text("replication_group_id") + ", which has the data", true
	case yes:
		return why, true
	case r.Type == "aws_elasticsearch_domain":
		return "OpenSearch under Terraform's older type: if it runs OpenSearch 2, name its ARN as opensearch yourself; if it runs Elasticsearch, upgrade it first", true
	case strings.HasPrefix(r.Type, "awscc_"):
		return "it may hold data: only resources of the provider aws can be read", true
	case kind(r) == kinds.Terraform(balancer) || kind(r) == kinds.Terraform(distribution):
		return "", true
	default:
		return "", holding[kind(r)]
	}
}

// unmatched says why a store that could be adopted is not, as far as it says so itself.
func unmatched(r *Resource) string {
	engine := r.text("engine")
	switch {
	case kind(r) == kinds.Terraform(cluster) && engine != platform.AuroraEngine:
		return fmt.Sprintf("its engine is %q, and the platform's is %s", engine, platform.AuroraEngine)
	case kind(r) == kinds.Terraform(aws("mq", "Broker")) && !strings.EqualFold(r.text("engine_type"), platform.RabbitMQEngine):
		return fmt.Sprintf("its engine is %q, and the platform's is %s", r.text("engine_type"), platform.RabbitMQEngine)
	case kind(r) == kinds.Terraform(balancer) && r.text("load_balancer_type") != "application":
		return fmt.Sprintf("its type is %q, and the platform's is application", r.text("load_balancer_type"))
	default:
		return "nothing of the platform matches it"
	}
}
