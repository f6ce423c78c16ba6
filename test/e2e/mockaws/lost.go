package mockaws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Find returns what AWS has that bears the tag of a managed resource's object, by what the provider knows it by: an id of EC2 or KMS,
// an ARN of anything else.
func Find(ctx context.Context, endpoint, region, group, object string) ([]string, error) {
	s, err := newSDK(ctx, endpoint, region)
	if err != nil {
		return nil, err
	}
	defer s.close()
	l := listing{
		service: "resourcegroupstaggingapi", operation: "get_resources", at: "ResourceTagMappingList", name: "ResourceARN",
		parameters: map[string]any{"TagFilters": []any{map[string]any{"Key": "crossplane-name", "Values": []string{object}}}},
	}
	if strings.HasPrefix(group, "ec2.") {
		l = listing{service: "ec2", operation: "describe_tags", at: "Tags", name: "ResourceId", parameters: map[string]any{"Filters": []any{
			map[string]any{"Name": "key", "Values": []string{"crossplane-name"}}, map[string]any{"Name": "value", "Values": []string{object}},
		}}}
	}
	c := &check{sdk: s}
	var out []string
	c.list(l, func(name string, _ map[string]any) {
		if strings.HasPrefix(group, "kms.") {
			name = name[strings.LastIndexByte(name, '/')+1:]
		}
		out = append(out, name)
	})
	if len(c.differences) > 0 {
		return nil, errors.New(strings.Join(c.differences, "; "))
	}
	return out, nil
}

// Selections lists the ids of a backup plan's selections, which have no tags.
func Selections(ctx context.Context, endpoint, region, plan string) ([]string, error) {
	s, err := newSDK(ctx, endpoint, region)
	if err != nil {
		return nil, err
	}
	defer s.close()
	c := &check{sdk: s}
	var out []string
	c.list(listing{service: "backup", operation: "list_backup_selections", parameters: map[string]any{"BackupPlanId": plan}, at: "BackupSelectionsList", name: "SelectionId"},
		func(id string, _ map[string]any) { out = append(out, id) })
	if len(c.differences) > 0 {
		return nil, errors.New(strings.Join(c.differences, "; "))
	}
	return out, nil
}

// Twice are objects of a claim, as namespace/name, of which AWS has more than one thing of a kind, with their ARNs. A backup
// bears the tags of what it was made of, and is of another kind; a task definition that was deregistered is none any more, nor is a key
// that is to be deleted.
func Twice(ctx context.Context, endpoint, region, claim string) (map[string][]string, error) {
	s, err := newSDK(ctx, endpoint, region)
	if err != nil {
		return nil, err
	}
	defer s.close()
	c := &check{sdk: s}
	registered := map[string]bool{}
	c.list(listing{service: "ecs", operation: "list_task_definitions", parameters: map[string]any{"status": "ACTIVE"}, at: "taskDefinitionArns"}, func(arn string, _ map[string]any) {
		registered[arn] = true
	})
	type kind struct{ object, arn string }
	things := map[kind][]string{}
	c.list(listing{
		service: "resourcegroupstaggingapi", operation: "get_resources", at: "ResourceTagMappingList", name: "ResourceARN",
		parameters: map[string]any{"TagFilters": []any{map[string]any{"Key": "Claim", "Values": []string{claim}}}},
	}, func(arn string, thing map[string]any) {
		object := tagOf(thing, "crossplane-name")
		if object == "" || strings.Contains(arn, ":task-definition/") && !registered[arn] {
			return
		}
		if strings.HasPrefix(arn, "arn:aws:kms:") {
			var key struct{ KeyMetadata struct{ KeyState string } }
			if !c.ask(call{"kms", "describe_key", map[string]any{"KeyId": arn}, &key}) || key.KeyMetadata.KeyState == "PendingDeletion" {
				return
			}
		}
		k := kind{object, typeOf(arn)}
		things[k] = append(things[k], arn)
	})
	if len(c.differences) > 0 {
		return nil, errors.New(strings.Join(c.differences, "; "))
	}
	if len(things) == 0 {
		return nil, fmt.Errorf("AWS has nothing with the tag Claim=%s", claim)
	}
	out := map[string][]string{}
	for k, arns := range things {
		if len(arns) > 1 {
			out[k.object] = append(out[k.object], arns...)
			slices.Sort(out[k.object])
		}
	}
	return out, nil
}

// typeOf is service and type of what an ARN names: ec2:subnet of arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1. What has
// no type in its ARN, such as a topic, has its name there.
func typeOf(arn string) string {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 {
		return arn
	}
	typ, _, _ := strings.Cut(fields[5], "/")
	typ, _, _ = strings.Cut(typ, ":")
	return fields[2] + ":" + typ
}
