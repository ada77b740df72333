module nightaudit.dev/demo/helm

go 1.25.0
