// Package docs writes what docs/ says of the API and of what is composed, and holds the rest of it to the truth: every
// command is run or marked, every link leads somewhere.
package docs
