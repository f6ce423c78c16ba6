package platform

import "strconv"

// TemporalServer is the name of Temporal's service.
const TemporalServer = "temporal-server"

// temporalHealth asks Temporal's frontend over gRPC whether it serves, and for the namespaces, which it reads from the
// database: a server whose database credentials were rotated away is replaced by one that starts with the new ones. An
// image without the command-line tool is asked for its port only.
const temporalHealth = "if command -v temporal >/dev/null; then temporal operator cluster health | grep -qw SERVING && temporal operator namespace list >/dev/null; else nc -z 127.0.0.1 7233; fi"

// temporalVariables configure Temporal's image, by the names that auto-setup 1.29 reads (DB, POSTGRES_…) and those that its
// successors do (SQL_…). (R-TMP-1)
func temporalVariables(p *Platform, database Value, port string) []Variable {
	variables := []Variable{{"POSTGRES_SEEDS", database}, {"SQL_HOST", database}}
	for _, v := range []struct{ old, now, value string }{
		{"DB", "SQL_PLUGIN", "postgres12"},
		{"DB_PORT", "SQL_PORT", port},
		{"DBNAME", "SQL_DATABASE", "temporal"},
		{"VISIBILITY_DBNAME", "SQL_VISIBILITY_DATABASE", "temporal_visibility"}, // the schemas collide in one database
		// TLS, for the tool that sets the schema up and for the server. Neither image has the authority that signed Aurora's
		// certificate, so the traffic is encrypted, and who answers is left to the VPC and its security groups.
		{"POSTGRES_TLS_ENABLED", "SQL_TLS", "true"},
		{"POSTGRES_TLS_DISABLE_HOST_VERIFICATION", "SQL_TLS_DISABLE_HOST_VERIFICATION", "true"},
	} {
		variables = append(variables, constant(v.old, v.value), constant(v.now, v.value))
	}
	return append(variables,
		constant("SQL_TLS_ENABLED", "true"),
		constant("SQL_HOST_VERIFICATION", "false"),
		Variable{"NUM_HISTORY_SHARDS", Value{Text: strconv.Itoa(int(*p.Compute.Temporal.HistoryShards)), Source: "spec.compute.temporal.historyShards"}},
		constant("LOG_LEVEL", "info"),
		constant("DEFAULT_NAMESPACE", "default"),
		constant("SKIP_ADD_CUSTOM_SEARCH_ATTRIBUTES", "true"), // they are for Temporal's own tests

		// The one server is its own cluster: it listens on all addresses, so that its health can be asked for on this one, and
		// tells no address that the next task would look for in vain.
		constant("BIND_ON_IP", "0.0.0.0"),
		constant("TEMPORAL_BROADCAST_ADDRESS", "127.0.0.1"),
		constant("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
	)
}
