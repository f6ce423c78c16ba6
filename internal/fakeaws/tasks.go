package fakeaws

import "fmt"

func (a *Account) describeTaskDefinition(in map[string]any) (map[string]any, *refusal) {
	d := a.definitions[text(in["taskDefinition"])]
	if d == nil {
		return refuse("ClientException", "Unable to describe task definition.")
	}
	return map[string]any{"taskDefinition": d}, nil
}

func (a *Account) registerTaskDefinition(in map[string]any) (map[string]any, *refusal) {
	for _, field := range []string{"status", "revision", "taskDefinitionArn", "compatibilities", "registeredAt"} {
		if in[field] != nil {
			return refuse("ClientException", "%s is what AWS describes and does not take back", field)
		}
	}
	a.register(in)
	return map[string]any{"taskDefinition": in}, nil
}

func (a *Account) deregisterTaskDefinition(in map[string]any) (map[string]any, *refusal) {
	d := a.definitions[text(in["taskDefinition"])]
	if d == nil {
		return refuse("ClientException", "The specified task definition does not exist.")
	}
	d["status"] = "INACTIVE"
	return map[string]any{"taskDefinition": d}, nil
}

func (a *Account) runTask(in map[string]any) (map[string]any, *refusal) {
	a.actions["iam:PassRole"] = true // ECS asks for it
	d := a.definitions[text(in["taskDefinition"])]
	if d == nil || d["status"] != "ACTIVE" {
		return refuse("ClientException", "TaskDefinition not found.")
	}
	if in["networkConfiguration"] == nil && d["networkMode"] == "awsvpc" {
		return refuse("InvalidParameterException", "Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	}
	id := fmt.Sprintf("%stask/%s/%032d", arn, text(in["cluster"]), len(a.tasks)+1)
	a.tasks[id] = &Task{Definition: d}
	return map[string]any{"tasks": []any{map[string]any{"taskArn": id, "lastStatus": "PROVISIONING"}}, "failures": []any{}}, nil
}

func (a *Account) stopTask(in map[string]any) (map[string]any, *refusal) {
	a.tasks[text(in["task"])].Stopped = true
	return map[string]any{"task": map[string]any{}}, nil
}

func (a *Account) describeTasks(in map[string]any) (map[string]any, *refusal) {
	id := list(in["tasks"])[0]
	o := a.tasks[id]
	if o == nil {
		return map[string]any{"tasks": []any{}, "failures": []any{map[string]any{"arn": id, "reason": "MISSING"}}}, nil
	}
	o.looks++
	container := map[string]any{"name": "backend"}
	out := map[string]any{"taskArn": id, "lastStatus": "RUNNING", "containers": []any{container}}
	if o.looks > 2 && tag(a.image(text(o.Definition["taskDefinitionArn"]), "backend")) != a.Never {
		out["lastStatus"], out["stoppedReason"] = "STOPPED", "Essential container in task exited"
		if a.MigrationExit != nil {
			container["exitCode"] = *a.MigrationExit
		} else {
			out["stoppedReason"] = "CannotPullContainerError: not found"
		}
	}
	return map[string]any{"tasks": []any{out}, "failures": []any{}}, nil
}

func (a *Account) getLogEvents(in map[string]any) (map[string]any, *refusal) {
	return map[string]any{"events": []any{map[string]any{"message": "log of " + text(in["logStreamName"])[:15]}}}, nil
}
