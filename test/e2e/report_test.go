package e2e

func writeReport() error { return nil }
