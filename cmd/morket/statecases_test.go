package main

// A stateCase is one or more states that a claim of staging is held against. stateWants has what comes of it.
type stateCase struct {
	reason string
	states []stack
	code   int
	stderr string
}

// stateCases are states in the shapes that people have.
func stateCases() map[string]stateCase {
	net, other := vpcModule("1", "10.0.0.0/16", false).in("vpc"), vpcModule("2", "10.9.0.0/16", false).in("vpc2")
	core := stack{net[0], `module.vpc.aws_security_group.x {"id": "sg-1x", "vpc_id": "vpc-1"}`}
	one := func(s ...stack) []stack { return []stack{together(s...)} }
	return map[string]stateCase{
		"VPC":              {reason: "terraform-aws-modules/vpc with a gateway in each zone", states: one(net)},
		"SingleNATGateway": {reason: "terraform-aws-modules/vpc with single_nat_gateway: two subnets share a table", states: one(vpcModule("1", "10.0.0.0/16", true).in("vpc"))},
		"OtherRange":       {reason: "a network of another range may be another's", states: one(other.without("subnet").without("route").without("eip").without("nat"))},
		"Aurora":           {reason: "terraform-aws-modules/rds-aurora in the VPC's database subnets", states: one(net[:6], auroraModule("1").in("aurora"))},
		"AuroraAlone":      {reason: "a cluster whose network is in another state", states: one(auroraModule("1").in("aurora"))},
		"Balancer":         {reason: "terraform-aws-modules/alb", states: one(core, balancerModule("1").in("alb"))},
		"OldBalancer": {reason: "terraform-aws-modules/alb up to v8, and the alias aws_alb", states: one(core, stack{
			`module.alb.aws_alb.this[0] {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1", "load_balancer_type": "application", "vpc_id": "vpc-1"}`,
			`module.alb.aws_alb_listener.frontend_http_tcp[0] {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/a/1/2", "load_balancer_arn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/a/1", "port": 80}`,
			`module.alb.aws_alb_target_group.main[0] {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/3", "name": "backend", "vpc_id": "vpc-1"}`,
		})},
		"NetworkBalancer": {reason: "terraform-aws-modules/alb as a network load balancer is not the platform's", states: one(core, stack{`module.nlb.aws_lb.this[0] {"id": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/net/a/1", "load_balancer_type": "network", "vpc_id": "vpc-1"}`})},
		"Redis":           {reason: "terraform-aws-modules/elasticache", states: one(core, redisModule("1").in("redis"))},
		"Bucket":          {reason: "terraform-aws-modules/s3-bucket: only a word tells what it is for", states: one(bucketModule("shop-exports-x").in("exports"), bucketModule("uploads").in("uploads"))},
		"OldBucket":       {reason: "a bucket of the provider's v3, with its settings inline", states: one(stack{`aws_s3_bucket.logs {"id": "shop-logs", "bucket": "shop-logs", "lifecycle_rule": [{"enabled": true, "expiration": [{"days": 30}]}], "versioning": [{"enabled": false}]}`})},
		"Site":            {reason: "terraform-aws-modules/cloudfront with its bucket", states: one(siteModule("E1", "shop.example.com", "shop-pages").in("cdn"), bucketModule("shop-pages").in("pages"))},
		"OtherSite":       {reason: "a distribution of another name may be anything", states: one(siteModule("E1", "blog.example.com", "blog").in("cdn"))},
		"Services": {reason: "terraform-aws-modules/ecs: services are created again, and only words tell the security groups apart", states: one(core, stack{
			`module.ecs.module.cluster.aws_ecs_cluster.this[0] {"id": "arn:c", "name": "shop"}`, `module.ecs.module.service["backend"].aws_ecs_service.this[0] {"id": "arn:s", "name": "backend", "desired_count": 2}`,
			`module.ecs.module.service["backend"].aws_security_group.this[0] {"id": "sg-1b", "name": "backend", "vpc_id": "vpc-1"}`, `module.ecs.module.cluster.aws_cloudwatch_log_group.this[0] {"id": "/aws/ecs/shop", "name": "/aws/ecs/shop"}`,
		})},
		"SecurityGroups": {reason: "terraform-aws-modules/security-group with rules of the older form", states: one(core, stack{
			`module.sg_redis.aws_security_group.this_name_prefix[0] {"id": "sg-1r", "name": "redis-2024", "vpc_id": "vpc-1"}`, `module.sg_redis.aws_security_group_rule.ingress_with_cidr_blocks[0] {"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1r", "from_port": 6379, "to_port": 6379}`,
		})},
		"InlineRoutes": {reason: "route tables with inline routes have no route to adopt", states: one(net.without("aws_route."), stack{`module.vpc.aws_route_table.extra[0] {"id": "rtb-x", "vpc_id": "vpc-1", "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": "nat-1a"}]}`})},

		"CloudPosse": {reason: "cloudposse's modules: default[0], and tags of null-label with the region as Environment", states: one(stack{
			`module.vpc.aws_vpc.default[0] {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `module.rds.aws_security_group.default[0] {"id": "sg-1", "name": "eg-ue1-stage-db", "vpc_id": "vpc-1"}`,
			`module.rds.aws_rds_cluster.primary[0] {"id": "eg-ue1-stage-db", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1"]}`, `module.redis.aws_elasticache_replication_group.default[0] {"id": "eg-ue1-stage-redis", "security_group_ids": ["sg-1"]}`,
		}.with("tags", `{"Namespace": "eg", "Environment": "ue1", "Stage": "staging", "Name": "eg-ue1-staging"}`))},
		"CloudPosseProduction": {reason: "cloudposse's Stage is heeded where Environment is a region", states: one(stack{`module.vpc.aws_vpc.default[0] {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`}.with("tags", `{"Environment": "ue1", "Stage": "prod"}`))},
		"CloudPosseRules":      {reason: "cloudposse's security group with keyed rules", states: one(core, stack{`module.mq.aws_mq_broker.default[0] {"id": "b-1", "engine_type": "RabbitMQ", "security_groups": ["sg-1x"]}`, `module.mq.module.security_group.aws_security_group_rule.keyed["_m[0]#[0]#sg#0"] {"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1x"}`})},
		"OpenTofu":             {reason: "OpenTofu's keys of for_each with dots and quotes", states: one(stack{`module.vpc["eu.main"].aws_vpc.this["a.b"] {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}`, `random_password.master {"id": "none", "result": "hunter2"}`})},

		"TwoEnvironments":        {reason: "two environments in one state, told apart by tags", states: one(together(net[:1], auroraModule("1").in("a")).with("tags", ofStaging), together(other[:1], auroraModule("2").in("b"), balancerModule("2").in("alb")).with("tags", ofProduction))},
		"TwoEnvironmentsByRoot":  {reason: "two environments in one state, told apart by module roots", states: one(together(net[:1], auroraModule("1")).in("staging"), together(other[:1], auroraModule("2"), siteModule("E2", "shop.example.com", "x")).in("production"))},
		"TwoEnvironmentsByIndex": {reason: "two environments in one state, told apart by the index of a module", states: one(together(core, redisModule("1")).in(`shop["staging"]`), together(redisModule("2"), balancerModule("2")).in(`shop["prod"]`))},
		"OnlyProduction":         {reason: "nothing of production's is proposed to staging", states: one(together(core, auroraModule("1"), balancerModule("1"), siteModule("E1", "shop.example.com", "x")).with("tags_all", ofProduction))},
		"SharedNetwork":          {reason: "a network that both use is an error", states: one(core, redisModule("1").in("s").with("tags", ofStaging), redisModule("1").in("p").with("tags", ofProduction)), code: 1, stderr: "the proposal mixes environments"},
		"SharedKey": {reason: "a cluster of staging with production's key is an error", states: one(core, stack{
			`aws_kms_key.p {"id": "k", "arn": "arn:aws:kms:us-east-1:111122223333:key/k", "tags": {"Environment": "production"}}`,
			`aws_rds_cluster.s {"id": "db", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1x"], "kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/k", "tags": {"Environment": "staging"}}`,
		}), code: 1, stderr: "aws_rds_cluster.s: it is staging's, and its kms key aws_kms_key.p is production's"},
		"UnknownEnvironment": {reason: "an environment of another word is for people to confirm", states: one(core.with("tags", `{"Environment": "blue"}`))},

		"SeveralStates":      {reason: "network and data in states of their own", states: []stack{net[:6], auroraModule("1").in("aurora"), redisModule("1").in("redis")}},
		"SeveralStatesRoots": {reason: "modules of one name in two states are two", states: []stack{core, together(other[:1], siteModule("E2", "blog.example.com", "x").in("vpc")).with("tags", ofProduction)}},
		"SeveralStatesTwice": {reason: "what two states hold is one", states: []stack{core, core}},
		"OneStateIsEmpty":    {reason: "an empty state is a mistake, also beside another", states: []stack{core, {`data.aws_vpc.x {"id": "vpc-9"}`}}, code: 1, stderr: "s1.json: the state holds no resources"},

		"Regions": {reason: "regions by provider aliases: ids, ARNs and zones tell", states: one(core, stack{
			`aws_opensearch_domain.eu {"id": "arn:aws:es:eu-west-1:111122223333:domain/search"}`, `aws_elasticache_replication_group.eu {"id": "cache-eu", "region": "eu-west-1"}`,
			`aws_ebs_volume.eu_clickhouse {"id": "vol-1", "availability_zone": "eu-west-1a"}`, `aws_s3_bucket.exports {"id": "exports-eu", "bucket": "exports-eu", "region": "eu-west-1"}`,
		})},
		"Accounts": {reason: "accounts by provider aliases: owners, ARNs and keys tell", states: one(core, stack{
			`aws_mq_broker.x {"id": "b-1", "engine_type": "RabbitMQ", "arn": "arn:aws:mq:us-east-1:999999999999:broker:x:b-1"}`, `aws_secretsmanager_secret.jwt {"id": "arn:aws:secretsmanager:us-east-1:999999999999:secret:jwt-AbCdEf"}`,
			`aws_rds_cluster.x {"id": "db", "engine": "aurora-postgresql", "kms_key_id": "arn:aws:kms:us-east-1:999999999999:key/k"}`, `aws_vpc.x {"id": "vpc-9", "cidr_block": "10.0.0.0/16", "owner_id": "999999999999"}`,
		})},
		"SameNameInTwoRegions": {reason: "subnet groups of one name in two regions are two", states: one(core, stack{
			`aws_db_subnet_group.us {"id": "g", "name": "g", "vpc_id": "vpc-1"}`, `aws_db_subnet_group.eu {"id": "g", "name": "g", "vpc_id": "vpc-8", "region": "eu-west-1"}`, `aws_rds_cluster.x {"id": "db", "engine": "aurora-postgresql", "db_subnet_group_name": "g"}`,
		})},

		"Databases": {reason: "databases that the platform does not have", states: one(stack{
			`module.db.aws_db_instance.this[0] {"id": "shop-db"}`, `aws_dynamodb_table.sessions {"id": "sessions"}`, `aws_docdb_cluster.a {"id": "doc"}`, `aws_neptune_cluster.a {"id": "neptune"}`, `aws_redshift_cluster.a {"id": "red"}`,
			`aws_rds_cluster.mysql {"id": "m", "engine": "aurora-mysql"}`,
		})},
		"Caches":  {reason: "caches that the platform does not have", states: one(stack{`aws_elasticache_cluster.a {"id": "a", "replication_group_id": ""}`, `aws_elasticache_cluster.b {"id": "b-001", "replication_group_id": "b"}`, `aws_memorydb_cluster.a {"id": "m"}`, `aws_elasticache_serverless_cache.a {"id": "s"}`})},
		"Files":   {reason: "files that the platform does not have", states: one(stack{`aws_efs_file_system.a {"id": "fs-1"}`, `aws_fsx_lustre_file_system.a {"id": "fs-2"}`, `aws_s3_directory_bucket.a {"id": "d--use1-az4--x-s3"}`})},
		"Search":  {reason: "Elasticsearch under the older type", states: one(stack{`aws_elasticsearch_domain.a {"id": "arn:aws:es:us-east-1:111122223333:domain/old"}`, `aws_opensearchserverless_collection.a {"id": "c"}`})},
		"Streams": {reason: "queues and streams that the platform does not have", states: one(stack{`aws_msk_cluster.a {"id": "arn:m"}`, `aws_kinesis_stream.a {"id": "arn:k"}`, `aws_sqs_queue.a {"id": "https://q"}`, `aws_mq_broker.a {"id": "b-2", "engine_type": "ActiveMQ"}`})},
		"Traffic": {reason: "what takes traffic besides", states: one(stack{`aws_elb.classic {"id": "classic"}`, `aws_apigatewayv2_api.a {"id": "a1"}`, `aws_route53_zone.a {"id": "Z1"}`})},
		"Others": {reason: "images, people, backups, machines, and what Terraform cannot see into", states: one(stack{
			`aws_ecr_repository.a {"id": "shop-backend"}`, `aws_cognito_user_pool.a {"id": "us-east-1_a"}`, `aws_backup_vault.a {"id": "v"}`, `aws_instance.a {"id": "i-1"}`, `aws_cloudformation_stack.a {"id": "arn:s"}`, `awscc_rds_db_instance.a {"id": "x"}`,
		})},
		"Deposed": {reason: "what Terraform deletes at the next apply is nobody's", states: one(core, stack{`deposed aws_rds_cluster.a {"id": "old", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1x"]}`, `tainted aws_rds_cluster.a {"id": "db", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1x"]}`})},
		"Secrets": {reason: "only words tell which secret is which", states: one(stack{
			`aws_secretsmanager_secret.this["jwt"] {"id": "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/jwt-AbCdEf", "name": "shop/jwt"}`, `aws_secretsmanager_secret.this["stripe"] {"id": "arn:aws:secretsmanager:us-east-1:111122223333:secret:stripe-AbCdEf", "name": "stripe"}`,
		})},
		"TwoClusters": {reason: "people choose between two clusters of one network", states: one(core, stack{
			`aws_rds_cluster.a {"id": "a", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1x"]}`, `aws_rds_cluster.b {"id": "b", "engine": "aurora-postgresql", "vpc_security_group_ids": ["sg-1x"]}`,
		})},
		"ClickHouse":  {reason: "a volume is told by words", states: one(core, stack{`aws_ebs_volume.data {"id": "vol-1", "availability_zone": "us-east-1a", "tags": {"Name": "clickhouse-data"}}`, `aws_ebs_volume.other {"id": "vol-2", "availability_zone": "us-east-1a"}`})},
		"NothingOfIt": {reason: "nothing that the platform has", states: one(stack{`aws_iam_role.a {"id": "r"}`, `aws_sns_topic.a {"id": "arn:t"}`})},
	}
}
