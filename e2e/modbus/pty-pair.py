"""Two serial ports with a cable between them. Prints their paths in a line of JSON; ends with its stdin."""
import json
import os
import select
import tty

ends = [os.openpty(), os.openpty()]
for _, slave in ends:
    tty.setraw(slave)
masters = [master for master, _ in ends]
names = [os.ttyname(slave) for _, slave in ends]
print(json.dumps({"ready": True, "server": names[0], "client": names[1]}), flush=True)
while True:
    readable, _, _ = select.select([0, *masters], [], [])
    if 0 in readable:
        break
    for end in readable:
        os.write(masters[1 - masters.index(end)], os.read(end, 4096))
