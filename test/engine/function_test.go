package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// TestMain lets the tests' own binary play the function.
func TestMain(m *testing.M) {
	switch os.Getenv("ENGINE_TEST_FUNCTION") {
	case "listens":
		l, err := net.Listen("tcp", os.Args[len(os.Args)-1])
		if err != nil {
			panic(err)
		}
		for {
			conn, err := l.Accept()
			if err != nil {
				panic(err)
			}
			_ = conn.Close()
		}
	case "ends":
		fmt.Fprintln(os.Stderr, "no such flag")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestStartFunction(t *testing.T) {
	t.Run("Listens", func(t *testing.T) {
		t.Setenv("ENGINE_TEST_FUNCTION", "listens")
		f, err := startFunction(t.Context(), os.Args[0])
		if err != nil {
			t.Fatalf("\nShould return when the function listens.\nstartFunction(...): %v", err)
		}
		f.Stop()
		if conn, err := net.Dial("tcp", f.Address); err == nil {
			_ = conn.Close()
			t.Errorf("\nShould end the function.\nStop(): %s still listens", f.Address)
		}
	})
	t.Run("Ends", func(t *testing.T) {
		t.Setenv("ENGINE_TEST_FUNCTION", "ends")
		if _, err := startFunction(t.Context(), os.Args[0]); err == nil || !strings.Contains(err.Error(), "no such flag") {
			t.Errorf("\nShould say what a function that ends at once said.\nstartFunction(...): %v", err)
		}
	})
	t.Run("Missing", func(t *testing.T) {
		if _, err := startFunction(t.Context(), "/no/such/binary"); err == nil {
			t.Errorf("\nShould refuse a binary that is not there.\nstartFunction(...): no error")
		}
	})
}
