#!/bin/bash
# The container's health check: exits 0 while nginx serves the page. With nothing but bash, as images may lack curl.
exec 3<>/dev/tcp/127.0.0.1/80 || exit 1
printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 status <&3
echo "$status"
[[ $status == *' 200 '* ]]
