module github.com/tlsready/tlsready

go 1.26.8
