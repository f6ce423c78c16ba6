package claims

// updated are claims that exist and are changed in a way that nothing could follow.
var updated = []section{
	{title: "Changes to a platform that exists", bad: []bad{
		{
			reason: "Should refuse another environment",
			update: `spec: {environment: production}`,
			want:   []string{`spec.environment: Invalid value: "production": environment cannot be changed after creation: create a second claim for the other environment`},
		},
		{
			reason: "Should refuse another account",
			update: `spec: {accountId: "444455556666"}`,
			want:   []string{`spec.accountId: Invalid value: "444455556666": accountId cannot be changed after creation: create a second claim in the other account`},
		},
		{
			reason: "Should refuse another region",
			update: `spec: {region: us-east-2}`,
			want:   []string{`spec.region: Invalid value: "us-east-2": region cannot be changed after creation: create a second claim in the other region and move the data`},
		},
		{
			reason: "Should refuse another name",
			update: `metadata: {name: morket-test}`,
			want:   []string{`metadata.name: Invalid value: "morket-test": field is immutable`},
		},
		{
			reason: "Should refuse another name prefix",
			patch:  `spec: {namePrefix: morket}`,
			update: `spec: {namePrefix: shop}`,
			want:   []string{`spec.namePrefix: Invalid value: "shop": namePrefix cannot be changed after creation, because every AWS name starts with it: create a second claim with the new prefix and move over`},
		},
		{
			reason: "Should refuse a name prefix where there was none",
			update: `spec: {namePrefix: shop}`,
			want:   []string{"spec.namePrefix: Invalid value: namePrefix cannot be added or removed after creation, because every AWS name starts with it: leave it as it was, or create a second claim with the new prefix and move over"},
		},
		{
			reason: "Should refuse to take the name prefix away",
			patch:  `spec: {namePrefix: morket}`,
			update: `spec: {namePrefix: null}`,
			want:   []string{"spec.namePrefix: Invalid value: namePrefix cannot be added or removed after creation, because every AWS name starts with it: leave it as it was, or create a second claim with the new prefix and move over"},
		},
		{
			reason: "Should refuse Spot for a service that comes down to a single task",
			patch:  `spec: {compute: {services: {scraper: {desiredCount: 2, spot: true}}}}`,
			update: `spec: {compute: {services: {scraper: {desiredCount: 1}}}}`,
			want:   []string{"spec.compute.services.scraper.spot: Invalid value: true: the service has a single task, and AWS gives no Spot capacity at times: nothing of the service would run then. Leave spot out, or give at least two tasks (desiredCount or scaling.min), of which one is not on Spot"},
		},
		{
			reason: "Should refuse another range",
			update: `spec: {network: {cidr: 10.2.0.0/16}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.2.0.0/16": network.cidr cannot be changed after creation, because AWS would have to replace the VPC and everything in it: create a second claim with the new range and move over`},
		},
		{
			reason: "Should refuse to take the range away, which is another range",
			patch:  `spec: {network: {cidr: 10.2.0.0/16}}`,
			update: `spec: {network: {cidr: null}}`,
			want:   []string{`spec.network.cidr: Invalid value: "10.0.0.0/16": network.cidr cannot be changed after creation, because AWS would have to replace the VPC and everything in it: create a second claim with the new range and move over`},
		},
		{
			reason: "Should refuse fewer zones",
			patch:  `spec: {network: {availabilityZones: [us-east-1a, us-east-1b, us-east-1c]}}`,
			update: `spec: {network: {availabilityZones: [us-east-1a, us-east-1b]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: network.availabilityZones cannot be removed or reordered after creation, because subnets cannot move between zones: keep the first ones as they were and append"},
		},
		{
			reason: "Should refuse zones in another order",
			patch:  `spec: {network: {availabilityZones: [us-east-1a, us-east-1b]}}`,
			update: `spec: {network: {availabilityZones: [us-east-1b, us-east-1a]}}`,
			want:   []string{"spec.network.availabilityZones: Invalid value: network.availabilityZones cannot be removed or reordered after creation, because subnets cannot move between zones: keep the first ones as they were and append"},
		},
		{
			reason: "Should refuse zones other than the ones that were chosen by default",
			update: `spec: {network: {availabilityZones: [us-east-1b, us-east-1c]}}`,
			want:   []string{`spec.network.availabilityZones: Invalid value: "us-east-1b, us-east-1c": the platform was created in us-east-1a, us-east-1b, and subnets cannot move: keep these first, in this order`},
		},
		{
			reason: "Should refuse to take the zones away, when the default ones are others",
			patch:  `spec: {network: {availabilityZones: [us-east-1c, us-east-1d]}}`,
			update: `spec: {network: {availabilityZones: null}}`,
			want:   []string{`spec.network.availabilityZones: Invalid value: "us-east-1a, us-east-1b": the platform was created in us-east-1c, us-east-1d, and subnets cannot move: keep these first, in this order`},
		},
		{
			reason: "Should refuse another repository prefix",
			update: `spec: {compute: {registry: {repositoryPrefix: shop}}}`,
			want:   []string{`spec.compute.registry.repositoryPrefix: Invalid value: "shop": compute.registry.repositoryPrefix cannot be changed after creation, because ECR cannot rename repositories: leave it as it was`},
		},
		{
			reason: "Should refuse another number of history shards",
			update: `spec: {compute: {temporal: {historyShards: 1024}}}`,
			want:   []string{"spec.compute.temporal.historyShards: Invalid value: 1024: compute.temporal.historyShards cannot be changed after creation, because Temporal's database is built on it: leave it as it was"},
		},
		{
			reason: "Should refuse another database's name",
			update: `spec: {data: {aurora: {databaseName: shop}}}`,
			want:   []string{`spec.data.aurora.databaseName: Invalid value: "shop": data.aurora.databaseName cannot be changed after creation, because AWS would have to replace the cluster: create another database with a migration`},
		},
		{
			reason: "Should refuse another administrator's name",
			update: `spec: {data: {aurora: {masterUsername: shop_admin}}}`,
			want:   []string{`spec.data.aurora.masterUsername: Invalid value: "shop_admin": data.aurora.masterUsername cannot be changed after creation, because AWS would have to replace the cluster: create another role with a migration`},
		},
		{
			reason: "Should refuse an older version of Aurora",
			patch:  `spec: {data: {aurora: {engineVersion: "15.10"}}}`,
			update: `spec: {data: {aurora: {engineVersion: "15.9"}}}`,
			want:   []string{`spec.data.aurora.engineVersion: Invalid value: "15.9": data.aurora.engineVersion cannot be lowered, because Aurora only upgrades: keep the version`},
		},
		{
			reason: "Should refuse an older version of Redis",
			update: `spec: {data: {redis: {engineVersion: "7.0"}}}`,
			want:   []string{`spec.data.redis.engineVersion: Invalid value: "7.0": data.redis.engineVersion cannot be lowered, because ElastiCache would have to replace the nodes and lose their data: keep the version`},
		},
		{
			reason: "Should refuse an older version of RabbitMQ",
			patch:  `spec: {data: {rabbitmq: {engineVersion: "4.2", instanceType: mq.m7g.large}}}`,
			update: `spec: {data: {rabbitmq: {engineVersion: "3.13"}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: "3.13": data.rabbitmq.engineVersion cannot be lowered, because Amazon MQ only upgrades: keep the version`},
		},
		{
			reason: "Should refuse RabbitMQ 4 and its type in one step, because the provider asks for the version first",
			update: `spec: {data: {rabbitmq: {engineVersion: "4.2", instanceType: mq.m7g.large}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: data.rabbitmq.engineVersion 4 needs brokers of an mq.m7g type: change instanceType first, such as to mq.m7g.large, and the version once they have restarted`},
		},
		{
			reason: "Should refuse to skip RabbitMQ 4.2",
			patch:  `spec: {data: {rabbitmq: {instanceType: mq.m7g.large}}}`,
			update: `spec: {data: {rabbitmq: {engineVersion: "4.3"}}}`,
			want:   []string{`spec.data.rabbitmq.engineVersion: Invalid value: "4.3": data.rabbitmq.engineVersion goes from 3 no further than to "4.2": use that first`},
		},
		{
			reason: "Should refuse an older version of OpenSearch",
			update: `spec: {data: {openSearch: {engineVersion: OpenSearch_2.9}}}`,
			want:   []string{`spec.data.openSearch.engineVersion: Invalid value: "OpenSearch_2.9": data.openSearch.engineVersion cannot be lowered, because OpenSearch only upgrades: keep the version`},
		},
		{
			reason: "Should refuse a version of OpenSearch that is none, and say only that",
			update: `spec: {data: {openSearch: {engineVersion: "2.19"}}}`,
			want:   []string{`spec.data.openSearch.engineVersion: Invalid value: "2.19": data.openSearch.engineVersion must be an OpenSearch 2.x, such as OpenSearch_2.19`},
		},
		{
			reason: "Should refuse a version of Aurora that is none, and say only that",
			patch:  `spec: {data: {aurora: {engineVersion: "15.10"}}}`,
			update: `spec: {data: {aurora: {engineVersion: "15.x"}}}`,
			want:   []string{`spec.data.aurora.engineVersion: Invalid value: "15.x": data.aurora.engineVersion must be 15 or a minor version of it in quotes, such as "15.10": the parameter group is of family aurora-postgresql15`},
		},
		{
			reason: "Should refuse a smaller volume",
			patch:  `spec: {data: {clickHouse: {volume: {sizeGiB: 200}}}}`,
			update: `spec: {data: {clickHouse: {volume: {sizeGiB: 150}}}}`,
			want:   []string{"spec.data.clickHouse.volume.sizeGiB: Invalid value: data.clickHouse.volume.sizeGiB cannot shrink, because EBS volumes only grow: keep the size (by default staging has 100, production 500), or move the data to a new platform"},
		},
		{
			reason: "Should refuse a volume smaller than staging's",
			update: `spec: {data: {clickHouse: {volume: {sizeGiB: 99}}}}`,
			want:   []string{"spec.data.clickHouse.volume.sizeGiB: Invalid value: data.clickHouse.volume.sizeGiB cannot shrink, because EBS volumes only grow: keep the size (by default staging has 100, production 500), or move the data to a new platform"},
		},
		{
			reason: "Should refuse a volume smaller than production's",
			on:     "production",
			update: `spec: {data: {clickHouse: {volume: {sizeGiB: 499}}}}`,
			want:   []string{"spec.data.clickHouse.volume.sizeGiB: Invalid value: data.clickHouse.volume.sizeGiB cannot shrink, because EBS volumes only grow: keep the size (by default staging has 100, production 500), or move the data to a new platform"},
		},
		{
			reason: "Should refuse to take the volume's size away, when the default is smaller",
			patch:  `spec: {data: {clickHouse: {volume: {sizeGiB: 200}}}}`,
			update: `spec: {data: {clickHouse: {volume: {sizeGiB: null}}}}`,
			want:   []string{"spec.data.clickHouse.volume.sizeGiB: Invalid value: data.clickHouse.volume.sizeGiB cannot shrink, because EBS volumes only grow: keep the size (by default staging has 100, production 500), or move the data to a new platform"},
		},
		{
			reason: "Should refuse another deployment mode than the environment's",
			on:     "production",
			update: `spec: {data: {rabbitmq: {deploymentMode: SINGLE_INSTANCE}}}`,
			want:   []string{"spec.data.rabbitmq.deploymentMode: Invalid value: data.rabbitmq.deploymentMode cannot be changed after creation, because AWS would have to replace the broker and lose its queues: create a second claim with the other mode and move over"},
		},
		{
			reason: "Should refuse another deployment mode",
			patch:  `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ, instanceType: mq.m5.large}}}`,
			update: `spec: {data: {rabbitmq: {deploymentMode: SINGLE_INSTANCE}}}`,
			want:   []string{"spec.data.rabbitmq.deploymentMode: Invalid value: data.rabbitmq.deploymentMode cannot be changed after creation, because AWS would have to replace the broker and lose its queues: create a second claim with the other mode and move over"},
		},
		{
			reason: "Should refuse to take the deployment mode away, when the default is another",
			patch:  `spec: {data: {rabbitmq: {deploymentMode: CLUSTER_MULTI_AZ, instanceType: mq.m5.large}}}`,
			update: `spec: {data: {rabbitmq: {deploymentMode: null}}}`,
			want:   []string{"spec.data.rabbitmq.deploymentMode: Invalid value: data.rabbitmq.deploymentMode cannot be changed after creation, because AWS would have to replace the broker and lose its queues: create a second claim with the other mode and move over"},
		},
		{
			reason: "Should refuse another namespace for secrets",
			update: `spec: {secrets: {namespace: vault}}`,
			want:   []string{`spec.secrets.namespace: Invalid value: "vault": secrets.namespace cannot be changed after creation, because every generated value would be made anew: leave it as it was`},
		},
		{
			reason: "Should refuse to lower the number of a rotation",
			patch:  `spec: {secrets: {rotation: {jwt: 2}}}`,
			update: `spec: {secrets: {rotation: {jwt: 1}}}`,
			want:   []string{"spec.secrets.rotation.jwt: Invalid value: 1: secrets.rotation.jwt can only be raised, because a former value does not come back: keep the number, or add one to it"},
		},
		{
			reason: "Should refuse to take the numbers of rotations away",
			patch:  `spec: {secrets: {rotation: {redis: 1, openSearch: 2, clickHouse: 6, jwt: 3, serviceApiKey: 4, webhookHmac: 5}}}`,
			update: `spec: {secrets: {rotation: null}}`,
			want: []string{
				"spec.secrets.rotation.clickHouse: Invalid value: 0: secrets.rotation.clickHouse can only be raised, because a former value does not come back: keep the number, or add one to it",
				"spec.secrets.rotation.jwt: Invalid value: 0: secrets.rotation.jwt can only be raised, because a former value does not come back: keep the number, or add one to it",
				"spec.secrets.rotation.openSearch: Invalid value: 0: secrets.rotation.openSearch can only be raised, because a former value does not come back: keep the number, or add one to it",
				"spec.secrets.rotation.redis: Invalid value: 0: secrets.rotation.redis can only be raised, because a former value does not come back: keep the number, or add one to it",
				"spec.secrets.rotation.serviceApiKey: Invalid value: 0: secrets.rotation.serviceApiKey can only be raised, because a former value does not come back: keep the number, or add one to it",
				"spec.secrets.rotation.webhookHmac: Invalid value: 0: secrets.rotation.webhookHmac can only be raised, because a former value does not come back: keep the number, or add one to it",
			},
		},
	}},
}
