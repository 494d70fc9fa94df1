// Package layers holds the test that keeps the house in order: packages
// import downward only, and never a sibling.
package layers
